import { generateImage, generateText } from 'ai7'
import { describe, expect, onTestFinished, test } from 'vitest'
import { startCodexServer } from '../../src/testing/server.ts'
import { createChatGPT, createCodex } from '../../src/v4.ts'
import { writeAuthFile } from '../support/provider.ts'

const SERIALIZE = Symbol.for('workflow-serialize')
const DESERIALIZE = Symbol.for('workflow-deserialize')

/** As the Workflow SDK does: the statics of the instance's class, and JSON between them. */
function stored(model: object): string {
  return JSON.stringify(Reflect.get(model.constructor, SERIALIZE)(model))
}

function restored<Model extends object>(model: Model, text = stored(model)): Model {
  return Reflect.get(model.constructor, DESERIALIZE)(JSON.parse(text))
}

describe('a model that crosses the steps of a workflow', () => {
  async function start() {
    const server = await startCodexServer()
    onTestFinished(() => server.close())
    const { baseURL } = server
    return {
      server,
      settings: { baseURL, authFile: await writeAuthFile(server.login()), instructions: 'Be short.' },
    }
  }

  test('is made again with its id, defaults and settings', async () => {
    const { server, settings } = await start()
    const codex = createCodex({ ...settings, originator: 'my_flow', logger: () => {} })
    const model = codex('gpt-5.1-codex-high', { textVerbosity: 'low' })
    const text = stored(model)
    expect(JSON.parse(text)).toEqual({
      provider: 'codex',
      modelId: 'gpt-5.1-codex-high',
      defaults: { textVerbosity: 'low' },
      settings: { ...settings, originator: 'my_flow' },
    })
    const again = restored(model, text)
    expect(again).toMatchObject({ specificationVersion: 'v4', modelId: 'gpt-5.1-codex' })
    const asked = server.requests.length
    await generateText({ model, prompt: 'hi' })
    await generateText({ model: again, prompt: 'hi' })
    const [first, second] = server.requests.slice(asked).filter(({ path }) => path.endsWith('/responses'))
    expect(first?.json).toMatchObject({ reasoning: { effort: 'high' }, text: { verbosity: 'low' } })
    expect(second?.json).toEqual(first?.json)
    expect(second?.headers.originator).toBe('my_flow')
    expect(stored(again)).toBe(text)
  })

  test('draws again', async () => {
    const { settings } = await start()
    const model = createCodex(settings).imageModel('gpt-image')
    const { images } = await generateImage({ model: restored(model), prompt: 'a fox' })
    expect(images).toHaveLength(1)
  })

  test('stays on its route', () => {
    const chatgpt = createChatGPT({ appName: 'My app' })
    const model = chatgpt('gpt-6.1-sol')
    expect(JSON.parse(stored(model))).toMatchObject({ provider: 'chatgpt', settings: { appName: 'My app' } })
    expect(restored(model).provider).toBe('chatgpt.responses')
  })

  test.each([
    ['auth', { auth: { accessToken: 's3cret' } }],
    ['headers', { headers: { 'x-api-key': 's3cret' } }],
    ['fetch', { fetch: globalThis.fetch }],
    ['webSocket', { webSocket: class {} as never }],
    ['instructions', { instructions: () => 's3cret' }],
  ])('says that %s keeps it from being stored', (name, settings) => {
    for (const make of [createCodex(settings), createCodex(settings).imageModel]) {
      const model = make('gpt-image-2')
      const run = () => stored(model)
      expect(run).toThrow(`A model of a provider with \`${name}\` can't be stored in a workflow`)
      expect(run).not.toThrow('s3cret')
    }
  })

  test('of another login is not stored', () => {
    expect(() => stored(createCodex().withAuth({ accessToken: 's3cret' })('gpt-6.1-sol'))).toThrow('`auth`')
  })
})
