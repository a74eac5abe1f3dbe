import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { type CoreMessage, type CoreUserMessage, generateText, streamText, tool } from 'ai'
import { describe, expect, it, onTestFinished } from 'vitest'
import { z } from 'zod'
import { startProvider } from '../../support/provider.ts'
import { bodyOf, rejection, SHAPES } from './support.ts'

type UserContent = Exclude<CoreUserMessage['content'], string>

const PNG = 'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=='
const PNG_URL = `data:image/png;base64,${PNG}`
const PDF = Buffer.from('%PDF-1.4\n%%EOF\n')
const PDF_URL = `data:application/pdf;base64,${PDF.toString('base64')}`

/** Serves these bytes for as long as the test runs. */
async function serve(bytes: Uint8Array, type: string): Promise<URL> {
  const server = createServer((_, response) => response.writeHead(200, { 'content-type': type }).end(bytes))
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  onTestFinished(() => {
    server.closeAllConnections()
    server.close()
  })
  return new URL(`http://127.0.0.1:${(server.address() as AddressInfo).port}/file`)
}

const user = (...content: UserContent): CoreUserMessage[] => [{ role: 'user', content }]

describe.each(SHAPES)('$model ($shape)', ({ model }) => {
  const bytes = new Uint8Array(Buffer.from(PNG, 'base64'))
  it.each<{ name: string; part: UserContent[number] }>([
    { name: 'bytes', part: { type: 'image', image: bytes } },
    { name: 'an ArrayBuffer', part: { type: 'image', image: bytes.buffer } },
    { name: 'base64', part: { type: 'image', image: PNG, mimeType: 'image/png' } },
    { name: 'a data URL', part: { type: 'image', image: new URL(PNG_URL) } },
    { name: 'a file part', part: { type: 'file', data: bytes, mimeType: 'image/png' } },
  ])('an image as $name', async ({ part }) => {
    const { codex, server } = await startProvider()
    const messages = user({ type: 'text', text: 'What is it?' }, part)
    const { text } = await generateText({ model: codex(model), messages })
    expect(text).toContain('I see 1 image (image/png)')
    expect(bodyOf(server).input.at(-1)?.content).toEqual([
      { type: 'input_text', text: 'What is it?' },
      { type: 'input_image', image_url: PNG_URL },
    ])
  })

  it('an image by URL: ai downloads it, the request holds the data', async () => {
    const url = await serve(bytes, 'image/png')
    const { codex, server } = await startProvider()
    const messages = user({ type: 'text', text: 'What is it?' }, { type: 'image', image: url })
    await streamText({ model: codex(model), messages }).consumeStream()
    expect(bodyOf(server).input.at(-1)?.content).toContainEqual({ type: 'input_image', image_url: PNG_URL })
    expect(server.responseRequests[0]?.text).not.toContain(url.href)
  })

  it('a PDF', async () => {
    const { codex, server } = await startProvider()
    const file = { type: 'file' as const, data: PDF, mimeType: 'application/pdf' }
    const messages = user({ type: 'text', text: 'Read' }, { ...file, filename: 'a.pdf' }, file)
    await generateText({ model: codex(model), messages })
    expect(bodyOf(server).input.at(-1)?.content).toEqual([
      { type: 'input_text', text: 'Read' },
      { type: 'input_file', filename: 'a.pdf', file_data: PDF_URL },
      { type: 'input_file', filename: 'file.pdf', file_data: PDF_URL },
    ])
  })

  it('a PDF by URL', async () => {
    const url = await serve(PDF, 'application/pdf')
    const { codex, server } = await startProvider()
    const messages = user({ type: 'file', data: url, mimeType: 'application/pdf' })
    await generateText({ model: codex(model), messages })
    expect(bodyOf(server).input.at(-1)?.content).toEqual([
      { type: 'input_file', filename: 'file.pdf', file_data: PDF_URL },
    ])
  })

  it('an image that a tool gives', async () => {
    const { codex, server } = await startProvider()
    const shot = tool({
      parameters: z.object({}),
      execute: async () => PNG,
      experimental_toToolResultContent: (data) => [
        { type: 'text', text: 'shot' },
        { type: 'image', data, mimeType: 'image/png' },
      ],
    })
    const { text } = await generateText({
      model: codex(model),
      prompt: 'Take a shot',
      tools: { shot },
      maxSteps: 2,
    })
    expect(text).toContain('I see 1 image (image/png)')
    expect(bodyOf(server, 1).input.at(-1)).toMatchObject({
      type: 'function_call_output',
      output: [
        { type: 'input_text', text: 'shot' },
        { type: 'input_image', image_url: PNG_URL },
      ],
    })
  })

  it('how closely the images of a tool are looked at', async () => {
    const { codex, server } = await startProvider()
    const result: Extract<CoreMessage, { role: 'tool' }>['content'][number] = {
      type: 'tool-result',
      toolCallId: 'call_1',
      toolName: 'shot',
      result: 'shot',
      experimental_content: [{ type: 'image', data: PNG, mimeType: 'image/png' }],
      providerOptions: { codex: { imageDetail: 'high' } },
    }
    const call = { type: 'tool-call', toolCallId: 'call_1', toolName: 'shot', args: {} } as const
    const messages: CoreMessage[] = [
      ...user({ type: 'text', text: 'Take a shot' }),
      { role: 'assistant', content: [call] },
      { role: 'tool', content: [result] },
    ]
    await generateText({ model: codex(model), messages })
    expect(bodyOf(server).input.at(-1)?.output).toEqual([
      { type: 'input_image', image_url: PNG_URL, detail: 'high' },
    ])
  })

  it('text of any kind, how closely an image is looked at', async () => {
    const { codex, server } = await startProvider()
    const json = Buffer.from('{}')
    const messages = user(
      { type: 'file', data: json, mimeType: 'application/json', filename: 'a.json' },
      { type: 'image', image: bytes, providerOptions: { openai: { imageDetail: 'low' } } },
      { type: 'image', image: bytes, providerOptions: { codex: { imageDetail: 'odd' } } },
    )
    const { warnings } = await generateText({ model: codex(model), messages })
    expect(warnings).toEqual([{ type: 'other', message: expect.stringMatching(/imageDetail .* "odd"\.$/) }])
    expect(bodyOf(server).input.at(-1)?.content).toEqual([
      {
        type: 'input_file',
        filename: 'a.json',
        file_data: `data:application/json;base64,${json.toString('base64')}`,
      },
      { type: 'input_image', image_url: PNG_URL, detail: 'low' },
      { type: 'input_image', image_url: PNG_URL },
    ])
  })

  it('URLs that reach the model', async () => {
    const { codex, server } = await startProvider()
    await codex(model).doGenerate({
      inputFormat: 'prompt',
      mode: { type: 'regular' },
      prompt: [
        {
          role: 'user',
          content: [
            { type: 'image', image: new URL(PNG_URL) },
            { type: 'image', image: new URL('https://example.com/a.png') },
            { type: 'file', data: new URL(PDF_URL), mimeType: 'application/pdf' },
          ],
        },
      ],
    })
    expect(bodyOf(server).input.at(-1)?.content).toEqual([
      { type: 'input_image', image_url: PNG_URL },
      { type: 'input_image', image_url: 'https://example.com/a.png' },
      { type: 'input_file', filename: 'file.pdf', file_data: PDF_URL },
    ])
  })
})

describe('files that the backend does not take', () => {
  it.each(['audio/wav', 'application/zip'])(
    '%s is an error that names it, before anything is sent',
    async (mimeType) => {
      const { codex, server } = await startProvider()
      const messages = user({ type: 'file', data: new Uint8Array([1, 2, 3]), mimeType })
      const failure = await rejection(generateText({ model: codex('gpt-5.5'), messages }))
      expect(String(failure)).toContain(mimeType)
      expect(server.requests).toEqual([])
    },
  )
})
