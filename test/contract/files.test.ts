import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { describe, expect, onTestFinished } from 'vitest'
import { bodyOf } from '../adapters/v1/support.ts'
import type { AskPart, AskTool } from './support/ask.ts'
import { eachRequest, eachWay, refusals, SHAPES, turnOf } from './support/contract.ts'
import { PNG, PNG_URL } from './support/png.ts'

const PDF = Buffer.from('%PDF-1.4\n%%EOF\n')
const PDF_URL = `data:application/pdf;base64,${PDF.toString('base64')}`
const bytes = new Uint8Array(Buffer.from(PNG, 'base64'))

const IMAGES: ReadonlyArray<{ name: string; part: AskPart }> = [
  { name: 'bytes', part: { type: 'image', data: bytes, mediaType: 'image/png' } },
  { name: 'bytes without a type', part: { type: 'image', data: bytes } },
  {
    name: 'a Buffer of any kind of image',
    part: { type: 'image', data: Buffer.from(bytes), mediaType: 'image/*' },
  },
  { name: 'base64', part: { type: 'image', data: PNG, mediaType: 'image/png' } },
  { name: 'a data URL', part: { type: 'image', data: new URL(PNG_URL), mediaType: 'image/png' } },
  { name: 'a file', part: { type: 'file', data: bytes, mediaType: 'image/png' } },
]

/** Serves these bytes for as long as the test runs. */
async function serve(content: Uint8Array, type: string): Promise<URL> {
  const server = createServer((_, response) => response.writeHead(200, { 'content-type': type }).end(content))
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  onTestFinished(() => {
    server.closeAllConnections()
    server.close()
  })
  return new URL(`http://127.0.0.1:${(server.address() as AddressInfo).port}/file`)
}

describe.each(IMAGES)('images', ({ name, part }) => {
  eachRequest(`an image as ${name}`, async ({ ask, start }) => {
    const { codex, server } = await start()
    const seen = await ask({
      model: codex('gpt-5.5'),
      messages: [{ role: 'user', content: [{ type: 'text', text: 'What is it?' }, part] }],
    })
    expect(seen.errors).toEqual([])
    expect(seen.text).toContain('I see 1 image (image/png)')
    expect(bodyOf(server).input.at(-1)?.content).toEqual([
      { type: 'input_text', text: 'What is it?' },
      { type: 'input_image', image_url: PNG_URL },
    ])
  })
})

eachWay('an image by URL is downloaded by ai', async ({ ai, ask, start }) => {
  const url = await serve(bytes, 'image/png')
  const { codex, server } = await start()
  // From `ai` 5 on nothing is downloaded from the machine itself, unless the caller sees to it.
  const download = (wanted: ReadonlyArray<{ url: URL; isUrlSupportedByModel: boolean }>) =>
    Promise.all(
      wanted.map(async ({ url: from, isUrlSupportedByModel }) => {
        if (isUrlSupportedByModel) return null
        const response = await fetch(from)
        return { data: new Uint8Array(await response.arrayBuffer()), mediaType: 'image/png' }
      }),
    )
  const seen = await ask({
    model: codex('gpt-5.5'),
    messages: [{ role: 'user', content: [{ type: 'image', data: url }] }],
    settings: ai.major === 4 ? {} : { experimental_download: download },
  })
  expect(seen.errors).toEqual([])
  expect(bodyOf(server).input.at(-1)?.content).toEqual([{ type: 'input_image', image_url: PNG_URL }])
})

eachRequest('how closely an image is looked at', async ({ ask, start }) => {
  const { codex, server } = await start()
  const image = { type: 'image', data: bytes, mediaType: 'image/png' } as const
  await ask({
    model: codex('gpt-5.5'),
    messages: [
      {
        role: 'user',
        content: [
          { ...image, providerOptions: { codex: { imageDetail: 'low' } } },
          { ...image, providerOptions: { openai: { imageDetail: 'high' } } },
        ],
      },
    ],
  })
  expect(bodyOf(server).input.at(-1)?.content).toEqual([
    { type: 'input_image', image_url: PNG_URL, detail: 'low' },
    { type: 'input_image', image_url: PNG_URL, detail: 'high' },
  ])
})

eachRequest('how closely the images of a message are looked at', async ({ ask, start }) => {
  const { codex, server } = await start()
  const image = { type: 'image', data: bytes, mediaType: 'image/png' } as const
  const file = { type: 'file', data: bytes, mediaType: 'image/png' } as const
  const low = { codex: { imageDetail: 'low' } }
  await ask({
    model: codex('gpt-5.5'),
    messages: [
      {
        role: 'user',
        providerOptions: { openai: { imageDetail: 'high' } },
        content: [image, file, { ...image, providerOptions: low }, { ...file, providerOptions: low }],
      },
    ],
  })
  const input = { type: 'input_image', image_url: PNG_URL }
  expect(bodyOf(server).input.at(-1)?.content).toEqual([
    { ...input, detail: 'high' },
    { ...input, detail: 'high' },
    { ...input, detail: 'low' },
    { ...input, detail: 'low' },
  ])
})

describe.each(SHAPES)('files, $model ($shape)', ({ model }) => {
  eachWay('a PDF, with and without a name', async ({ ask, start }) => {
    const { codex, server } = await start()
    const file = { type: 'file', data: PDF, mediaType: 'application/pdf' } as const
    const seen = await ask({
      model: codex(model),
      messages: [
        { role: 'user', content: [{ type: 'text', text: 'Read' }, { ...file, filename: 'a.pdf' }, file] },
      ],
    })
    expect(seen).toMatchObject({ errors: [], warnings: [] })
    expect(bodyOf(server).input.at(-1)?.content).toEqual([
      { type: 'input_text', text: 'Read' },
      { type: 'input_file', filename: 'a.pdf', file_data: PDF_URL },
      { type: 'input_file', filename: 'file.pdf', file_data: PDF_URL },
    ])
    expect(refusals(server)).toEqual([])
  })

  eachWay('an image that a tool gives', async ({ ask, start }) => {
    const { codex, server } = await start()
    const shot: AskTool = {
      schema: { type: 'object', properties: {}, additionalProperties: false },
      execute: () => PNG,
      toModel: (data) => [
        { type: 'text', text: 'shot' },
        { type: 'image', data: String(data), mediaType: 'image/png' },
      ],
    }
    const seen = await ask({ model: codex(model), prompt: 'Take a shot', tools: { shot }, maxSteps: 2 })
    expect(seen.errors).toEqual([])
    expect(seen.text).toContain('I see 1 image (image/png)')
    expect(turnOf(bodyOf(server, 1)).at(-1)).toMatchObject({
      type: 'function_call_output',
      output: [
        { type: 'input_text', text: 'shot' },
        { type: 'input_image', image_url: PNG_URL },
      ],
    })
    expect(refusals(server)).toEqual([])
  })
})

describe.each([
  { type: 'image', mediaType: 'image/png' },
  { type: 'file', mediaType: 'image/webp' },
  { type: 'file', mediaType: 'application/pdf' },
] as const)('bytes that are something else', ({ type, mediaType }) => {
  eachRequest(`a ${type} of type ${mediaType} is refused before it is sent`, async ({ ask, start }) => {
    const { codex, server } = await start()
    const data = new TextEncoder().encode('neither of them')
    const seen = await ask({
      model: codex('gpt-5.5'),
      messages: [
        {
          role: 'user',
          content: [
            { type: 'text', text: 'Look' },
            { type, data, mediaType },
          ],
        },
      ],
    })
    expect(seen.errors).toEqual([
      expect.objectContaining({
        name: 'AI_InvalidPromptError',
        message: expect.stringMatching(new RegExp(`user message 1, part 2.*${mediaType}`)),
      }),
    ])
    expect(server.requests).toEqual([])
  })
})

eachRequest('a bad imageDetail is left out with a warning', async ({ ask, start }) => {
  const { codex, server } = await start()
  const providerOptions = { codex: { imageDetail: 'odd' } }
  const image = { type: 'image', data: bytes, mediaType: 'image/png', providerOptions } as const
  const seen = await ask({ model: codex('gpt-5.5'), messages: [{ role: 'user', content: [image] }] })
  expect(seen.warnings).toEqual([expect.stringContaining('imageDetail')])
  expect(bodyOf(server).input.at(-1)?.content).toEqual([{ type: 'input_image', image_url: PNG_URL }])
})

eachWay('a file that the backend does not take is an error that names it', async ({ ask, start }) => {
  const { codex, server } = await start()
  const seen = await ask({
    model: codex('gpt-5.5'),
    messages: [
      {
        role: 'user',
        content: [{ type: 'file', data: new Uint8Array([1, 2]), mediaType: 'application/zip' }],
      },
    ],
  })
  expect(seen.errors).toEqual([
    expect.objectContaining({ message: expect.stringContaining('application/zip') }),
  ])
  expect(server.requests).toEqual([])
})
