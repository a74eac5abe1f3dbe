import { expect, test } from 'vitest'
import { type ImageRequestBody, toImageRequest, withoutImageField } from '../../src/images/body.ts'
import type { CodexImageCall } from '../../src/images/call.ts'
import { normalizeImageModel } from '../../src/images/ids.ts'
import type { CodexImageOptions } from '../../src/images/options.ts'
import { createWarningCollector } from '../../src/request/warnings.ts'
import { PNG, PNG_URL } from '../contract/support/png.ts'
import { PLAIN_CALL } from './call.ts'

function build(call: Partial<CodexImageCall> = {}, options: CodexImageOptions = {}) {
  const warnings = createWarningCollector()
  const request = toImageRequest(
    {
      ...PLAIN_CALL,
      ...call,
      warnings,
    },
    'gpt-image-2',
    options,
  )
  return { ...request, warnings: warnings.list() }
}

const BODY = { prompt: 'a fox', background: 'opaque', model: 'gpt-image-2', quality: 'auto', size: 'auto' }
const FILE = { data: PNG, mediaType: 'image/png' }

test('a picture is drawn from words alone', () => {
  expect(build()).toEqual({ operation: 'generations', body: BODY, warnings: [] })
})

test('all options go out under their names', () => {
  expect(
    build(
      { files: [FILE], mask: FILE, size: '640x480' },
      {
        quality: 'low',
        background: 'transparent',
        outputFormat: 'jpeg',
        outputCompression: 0,
        moderation: 'low',
        inputFidelity: 'low',
      },
    ),
  ).toEqual({
    operation: 'edits',
    body: {
      prompt: 'a fox',
      background: 'transparent',
      model: 'gpt-image-2',
      quality: 'low',
      size: '640x480',
      images: [{ image_url: PNG_URL }],
      mask: { image_url: PNG_URL },
      output_format: 'jpeg',
      output_compression: 0,
      moderation: 'low',
      input_fidelity: 'low',
    },
    warnings: [],
  })
})

test('what a drawing does not take is left out with a warning', () => {
  expect(build({ seed: 0 }, { inputFidelity: 'high' })).toEqual({
    operation: 'generations',
    body: BODY,
    warnings: [
      { type: 'setting', setting: 'seed', details: 'seed is left out: the backend does not take it.' },
      {
        type: 'setting',
        setting: 'inputFidelity',
        details: 'inputFidelity is left out: it is for edits, and the call has no image.',
      },
    ],
  })
})

test.each<[call: Partial<CodexImageCall>, says: string]>([
  [
    { prompt: undefined },
    'The call for images has no prompt. Pass a text that says what to draw or to change.',
  ],
  [{ prompt: ' \n' }, 'The call for images has no prompt. Pass a text that says what to draw or to change.'],
  [{ mask: FILE }, 'The call has a mask without an image. Pass the image that the mask is for.'],
])('%j: %s', (call, says) => {
  expect(() => build(call)).toThrow(
    expect.objectContaining({ name: 'AI_InvalidPromptError', message: expect.stringContaining(says) }),
  )
})

const PDF = { data: 'JVBERi0xLjQK', mediaType: 'application/pdf' }

test.each([
  [{ files: [FILE, PDF] }, 'image 2'],
  [{ files: [FILE], mask: PDF }, 'the mask'],
])('a PDF in place of an image is told by its place', (call, place) => {
  expect(() => build(call)).toThrow(
    expect.objectContaining({
      name: 'AI_UnsupportedFunctionalityError',
      message: expect.stringContaining(`an image of type application/pdf (${place})`),
    }),
  )
})

test.each([0, -1, 1.5, Number.NaN, Number.POSITIVE_INFINITY])('%s images are an error', (n) => {
  expect(() => build({ n })).toThrow(
    expect.objectContaining({
      name: 'AI_InvalidArgumentError',
      argument: 'n',
      message: 'n must be a whole number above 0.',
    }),
  )
})

const FULL: ImageRequestBody = {
  ...BODY,
  n: 2,
  images: [{ image_url: PNG_URL }],
  mask: { image_url: PNG_URL },
  output_format: 'png',
  output_compression: 1,
  moderation: 'low',
  input_fidelity: 'low',
}

test.each([
  ['n', 'n'],
  ['background', 'background'],
  ['quality', 'quality'],
  ['output_format', 'outputFormat'],
  ['output_compression', 'outputCompression'],
  ['moderation', 'moderation'],
  ['input_fidelity', 'inputFidelity'],
] as const)('%s can be left out, and is %s in a warning', (field, option) => {
  const { [field]: _, ...rest } = FULL
  expect(withoutImageField(FULL, field)).toEqual({ body: rest, option })
  expect(withoutImageField({ prompt: 'a fox', model: 'gpt-image-2', size: 'auto' }, field)).toBeUndefined()
})

test.each(['prompt', 'model', 'size', 'images', 'mask', 'other', 'toString'])('%s cannot', (field) => {
  expect(withoutImageField(FULL, field)).toBeUndefined()
})

const ALIASES = { mine: 'codex/gpt-image-3', 'codex/own': 'gpt-image', newest: 'GPT-image' }

test.each([
  ['gpt-image', 'gpt-image-2'],
  [' codex/GPT-Image ', 'gpt-image-2'],
  ['gpt-image-1.5', 'gpt-image-1.5'],
  ['openai/Other', 'Other'],
  ['mine', 'gpt-image-3'],
  ['codex/mine', 'gpt-image-3'],
  ['codex/own', 'gpt-image-2'],
  ['own', 'own'],
  ['newest', 'gpt-image-2'],
  ['toString', 'toString'],
])('the model %j is %s', (given, id) => {
  expect(normalizeImageModel(given, ALIASES)).toBe(id)
})
