import { InvalidPromptError, UnsupportedFunctionalityError } from '@ai-sdk/provider'
import { describe, expect, test } from 'vitest'
import type { CodexFilePart } from '../../src/request/call.ts'
import { toInputFile } from '../../src/request/files.ts'

const bytes = (...head: number[]) => new Uint8Array([...head, ...Array.from({ length: 16 }, () => 0)])
const base64 = (data: Uint8Array) => Buffer.from(data).toString('base64')

const PNG = bytes(0x89, 0x50, 0x4e, 0x47)
const IMAGES = {
  'image/png': PNG,
  'image/jpeg': bytes(0xff, 0xd8, 0xff, 0xe0),
  'image/gif': bytes(0x47, 0x49, 0x46, 0x38, 0x39, 0x61),
  'image/webp': bytes(0x52, 0x49, 0x46, 0x46, 1, 2, 3, 4, 0x57, 0x45, 0x42, 0x50),
}
const PDF = new TextEncoder().encode('%PDF-1.7')

describe('images', () => {
  test.each(Object.entries(IMAGES))(
    '%s: bytes, Buffer and base64, with and without a media type',
    (type, data) => {
      const expected = { type: 'input_image', image_url: `data:${type};base64,${base64(data)}` }
      for (const form of [data, Buffer.from(data), base64(data), `data:${type};base64,${base64(data)}`]) {
        for (const mediaType of [type, undefined, 'image/*', 'image']) {
          expect(toInputFile({ type: 'image', data: form, mediaType })).toEqual(expected)
          if (mediaType) expect(toInputFile({ type: 'file', data: form, mediaType })).toEqual(expected)
        }
      }
    },
  )

  test('bytes of any kind', () => {
    const expected = { type: 'input_image', image_url: `data:image/png;base64,${base64(PNG)}` }
    const inside = new Uint8Array([0, ...PNG, 0]).buffer
    for (const data of [PNG.buffer, new DataView(PNG.buffer), new Uint8Array(inside, 1, PNG.length)]) {
      expect(toInputFile({ type: 'image', data })).toEqual(expected)
    }
  })

  test.each(Object.keys(IMAGES))('bytes that are no image, as %s', (mediaType) => {
    const data = new TextEncoder().encode('no image')
    for (const type of ['image', 'file'] as const) {
      const run = () => toInputFile({ type, data, mediaType, filename: 'a' }, 'user message 1, part 2')
      expect(run).toThrow(InvalidPromptError)
      expect(run).toThrow(`an image "a" (user message 1, part 2) of type ${mediaType}, but its data is`)
    }
  })

  test('a wrong label does not stand against the bytes', () => {
    expect(toInputFile({ type: 'image', data: PNG, mediaType: 'image/jpeg' })).toEqual({
      type: 'input_image',
      image_url: `data:image/png;base64,${base64(PNG)}`,
    })
  })

  test('a vague label of a file is none', () => {
    const png = `data:image/png;base64,${base64(PNG)}`
    for (const mediaType of [undefined, '', 'application/octet-stream', '*/*']) {
      expect(toInputFile({ type: 'file', data: PNG, mediaType })).toEqual({
        type: 'input_image',
        image_url: png,
      })
    }
  })

  test('how closely it is looked at', () => {
    expect(toInputFile({ type: 'image', data: PNG, detail: 'low' })).toMatchObject({ detail: 'low' })
  })

  test.each([
    ['line breaks', `${base64(PNG).slice(0, 10)}\n${base64(PNG).slice(10)}\n`],
    ['the alphabet of URLs', base64(PNG).replaceAll('+', '-').replaceAll('/', '_')],
  ])('base64 with %s is mended', (_, data) => {
    expect(toInputFile({ type: 'image', data })).toEqual({
      type: 'input_image',
      image_url: `data:image/png;base64,${base64(PNG)}`,
    })
  })

  test('a URL that was not downloaded is sent as it is', () => {
    expect(toInputFile({ type: 'image', data: 'https://example.com/a.png' })).toEqual(
      toInputFile({ type: 'image', data: new URL('https://example.com/a.png') }),
    )
    expect(toInputFile({ type: 'image', data: new URL('https://example.com/a.png') })).toEqual({
      type: 'input_image',
      image_url: 'https://example.com/a.png',
    })
  })

  test.each<[string, CodexFilePart]>([
    ['empty bytes (BR-29)', { type: 'image', data: new Uint8Array(0), mediaType: 'image/png' }],
    ['empty text', { type: 'file', data: '', mediaType: 'image/png' }],
    ['an empty data URL', { type: 'image', data: 'data:image/png;base64,' }],
    ['a lone padded character', { type: 'image', data: 'A=', mediaType: 'image/png' }],
    ['odd padding', { type: 'image', data: 'AA=', mediaType: 'image/png' }],
    ['text that is no base64', { type: 'image', data: 'not base64!', mediaType: 'image/png' }],
    ['a file that is no base64', { type: 'file', data: 'Hello.', mediaType: 'text/plain' }],
    ['half a URL', { type: 'image', data: 'https://', mediaType: 'image/png' }],
    ['a URL that only this machine can read', { type: 'image', data: new URL('file:///a.png') }],
  ])('%s', (_, part) => {
    expect(() => toInputFile(part)).toThrow(InvalidPromptError)
  })

  test('an error says where, and the name of the file', () => {
    const part = { type: 'image', data: new Uint8Array(0), filename: 'a.png' } as const
    expect(() => toInputFile(part, 'user message 2, part 1')).toThrow(
      'The prompt has an image "a.png" (user message 2, part 1) that is empty.',
    )
  })

  test.each(['image/svg+xml', 'image/x-icon', undefined])(
    'type %s is refused by name (BR-29)',
    (mediaType) => {
      const run = () =>
        toInputFile({ type: 'image', data: new TextEncoder().encode('<svg></svg>'), mediaType })
      expect(run).toThrow(UnsupportedFunctionalityError)
      expect(run).toThrow(`image of type ${mediaType ?? 'unknown'}`)
    },
  )
})

describe('files', () => {
  test.each([
    ['application/pdf', undefined, 'file.pdf'],
    ['application/pdf', 'a.pdf', 'a.pdf'],
    ['text/plain', undefined, 'file.txt'],
    ['text/csv', 'a.csv', 'a.csv'],
    ['text/csv', undefined, 'file.csv'],
    ['text/markdown', '', 'file.md'],
    ['text/x-python', undefined, 'file.txt'],
    ['application/json', undefined, 'file.json'],
    ['application/xml', undefined, 'file.xml'],
    ['application/yaml', undefined, 'file.yaml'],
    ['application/javascript', 'a.js', 'a.js'],
    ['application/ld+json', undefined, 'file.json'],
    ['application/atom+xml', undefined, 'file.xml'],
  ])('%s named %s', (mediaType, filename, expected) => {
    expect(toInputFile({ type: 'file', data: base64(PDF), mediaType, filename })).toEqual({
      type: 'input_file',
      filename: expected,
      file_data: `data:${mediaType};base64,${base64(PDF)}`,
    })
  })

  test.each([undefined, '', 'application/octet-stream'])(
    'a PDF of type %s is known by its bytes',
    (mediaType) => {
      expect(toInputFile({ type: 'file', data: PDF, mediaType })).toMatchObject({
        file_data: `data:application/pdf;base64,${base64(PDF)}`,
      })
    },
  )

  test('a PDF may have other bytes before its mark', () => {
    const data = Buffer.concat([Buffer.from('\ufeff\n'.padEnd(900)), PDF])
    expect(toInputFile({ type: 'file', data, mediaType: 'application/pdf' })).toMatchObject({
      file_data: `data:application/pdf;base64,${data.toString('base64')}`,
    })
  })

  test.each([
    ['text', new TextEncoder().encode('no PDF')],
    ['an image', PNG],
  ])('%s as a PDF is refused', (_, data) => {
    const run = () =>
      toInputFile({ type: 'file', data, mediaType: 'application/pdf' }, 'user message 1, part 2')
    expect(run).toThrow(InvalidPromptError)
    expect(run).toThrow('a file (user message 1, part 2) of type application/pdf, but its data is')
  })

  test('a media type loses its parameters', () => {
    expect(toInputFile({ type: 'file', data: PDF, mediaType: 'Text/Plain; charset=utf-8' })).toMatchObject({
      file_data: `data:text/plain;base64,${base64(PDF)}`,
    })
  })

  test.each([
    'data:text/plain,a%20b',
    'data:;base64,YSBi',
    'data:text/plain;charset=utf-8;base64,YSBi',
    'data:,a%20b',
  ])('the data URL %s', (data) => {
    expect(toInputFile({ type: 'file', data, mediaType: 'text/plain' })).toEqual({
      type: 'input_file',
      filename: 'file.txt',
      file_data: 'data:text/plain;base64,YSBi',
    })
  })

  test.each(['audio/mpeg', 'application/zip', 'application/vnd.ms-excel', undefined])(
    'type %s is refused by name',
    (mediaType) => {
      const run = () => toInputFile({ type: 'file', data: new Uint8Array([1, 2, 3]), mediaType })
      expect(run).toThrow(UnsupportedFunctionalityError)
      expect(run).toThrow(`file of type ${mediaType ?? 'unknown'}`)
    },
  )

  test('a URL that was not downloaded', () => {
    const data = new URL('https://example.com/a.pdf')
    expect(toInputFile({ type: 'file', data, mediaType: 'application/pdf' })).toEqual({
      type: 'input_file',
      filename: 'file.pdf',
      file_url: 'https://example.com/a.pdf',
    })
  })
})
