import { expect, test } from 'vitest'
import { createCore } from '../../src/core/provider.ts'
import { createWarningCollector } from '../../src/request/warnings.ts'
import { PLAIN_CALL } from '../images/call.ts'
import { startProvider } from '../support/provider.ts'

async function start() {
  const { server, authFile } = await startProvider()
  const model = createCore({ baseURL: server.baseURL, issuer: server.issuer, authFile }).imageModel(
    'gpt-image',
  )
  return {
    server,
    make: (call = {}) => model.generate({ ...PLAIN_CALL, warnings: createWarningCollector(), ...call }),
  }
}

test('an answer of more than 32 MiB an image is refused, and read no further', async () => {
  const { server, make } = await start()
  const megabyte = 'A'.repeat(1024 * 1024)
  function* endless() {
    yield '{"data":[{"b64_json":"'
    while (true) yield megabyte
  }
  server.answerPath('/generations', { type: 'raw', chunks: endless() })
  const error = await make().catch((thrown: unknown) => thrown)
  expect(error).toMatchObject({
    name: 'AI_APICallError',
    isRetryable: false,
    message: expect.stringContaining('longer than 32 MiB an image, which is refused.'),
  })
  expect(await server.requests[0]?.closed).toBe('aborted')
})

test('an image of many megabytes is read whole', async () => {
  const { server, make } = await start()
  const base64 = 'A'.repeat(20 * 1024 * 1024)
  server.answerPath('/generations', { type: 'raw', chunks: [`{"data":[{"b64_json":"${base64}"}]}`] })
  const { images } = await make()
  expect(images[0]?.base64 === base64).toBe(true)
})

test.each([0, -1, 1.5, Number.NaN])('%s images are an error', async (n) => {
  const { server, make } = await start()
  await expect(make({ n })).rejects.toMatchObject({ name: 'AI_InvalidArgumentError', argument: 'n' })
  expect(server.requests).toEqual([])
})

test('more than ten images take several requests', async () => {
  const { server, make } = await start()
  expect((await make({ n: 12 })).images).toHaveLength(12)
  expect(server.requests.map(({ json }) => json?.n)).toEqual([10, 2])
})

test('half a character in a prompt is replaced, since a strict JSON parser refuses it', async () => {
  const { server, make } = await start()
  await make({ prompt: 'a fox \ud83e' })
  expect(server.requests[0]?.json?.prompt).toBe('a fox \ufffd')
})
