import { createCodex as createV1 } from 'ai-sdk-provider-codex'
import { createCodex as createV2 } from 'ai-sdk-provider-codex/v2'
import { createCodex as createV3 } from 'ai-sdk-provider-codex/v3'
import { createCodex as createV4 } from 'ai-sdk-provider-codex/v4'
import { load } from './peers/load.ts'

/** Told of each piece of text, when it is there. */
export type Hear = (text: string) => void

/** Made once for a server, as an app does; then called for each answer. */
export type Reader = (baseURL: string) => (hear: Hear) => Promise<void>

/** What all models of all versions of the AI SDK have in common, as far as reading a text needs it. */
interface Model {
  readonly specificationVersion: string
  doStream(options: unknown): PromiseLike<{ stream: ReadableStream<TextPart> }>
}

/** The part that each version of the AI SDK has for a piece of text. */
type TextPart = { type: string; textDelta?: string; delta?: string }

/** What nobody can leave out: decode, split at blank lines, `JSON.parse` of each event. */
function createSplitter(): (chunk: Uint8Array) => { type: string; delta: string }[] {
  const decoder = new TextDecoder()
  let rest = ''
  return (chunk) => {
    const messages = (rest + decoder.decode(chunk, { stream: true })).split('\n\n')
    rest = messages.pop() ?? ''
    return messages.map((message) => JSON.parse(message.slice(message.indexOf('data: ') + 6)))
  }
}

const DELTA = 'response.output_text.delta'

async function readBare(url: string, hear: Hear): Promise<void> {
  const response = await fetch(`${url}/responses`, { method: 'POST', body: '{}' })
  if (!response.body) throw new Error('no body')
  const split = createSplitter()
  for await (const chunk of response.body) {
    for (const { type, delta } of split(chunk)) if (type === DELTA) hear(delta)
  }
}

/** A request as the backend takes it: with its headers and a body of some fields. */
const WHOLE_REQUEST = {
  method: 'POST',
  headers: {
    authorization: 'Bearer bench',
    'content-type': 'application/json',
    accept: 'text/event-stream',
    'user-agent': 'bench/1.0 (linux; x64)',
    originator: 'bench',
    version: '0.169.0',
    session_id: '00000000-0000-4000-8000-000000000000',
  },
  body: JSON.stringify({ model: 'gpt-5.5', instructions: 'x', input: [], stream: true, store: false }),
}

/** The bare reader in the shape of a model: it can be aborted, and gives its texts as a stream that reads on as it is asked. */
async function streamBare(url: string, hear: Hear): Promise<void> {
  const { signal } = new AbortController()
  const response = await fetch(`${url}/responses`, { ...WHOLE_REQUEST, signal })
  if (!response.body) throw new Error('no body')
  const split = createSplitter()
  const body = response.body.getReader()
  const parts = new ReadableStream<TextPart>(
    {
      async pull(controller) {
        let isSatisfied = false
        while (!isSatisfied) {
          const { done, value } = await body.read()
          if (done) return controller.close()
          for (const { type, delta } of split(value)) {
            if (type !== DELTA) continue
            controller.enqueue({ type: 'text-delta', delta })
            isSatisfied = true
          }
        }
      },
    },
    { highWaterMark: 0 },
  ).getReader()
  for (let next = await parts.read(); !next.done; next = await parts.read()) hear(next.value.delta ?? '')
}

/** The floor of all figures, and what it costs to be a model at all. */
export const BARE: Record<string, Reader> = {
  'bare reader': (baseURL) => (hear) => readBare(baseURL, hear),
  'bare model': (baseURL) => (hear) => streamBare(baseURL, hear),
}

const PROMPT = [{ role: 'user', content: [{ type: 'text', text: 'hi' }] }]
const V1_OPTIONS = { inputFormat: 'prompt', mode: { type: 'regular' }, prompt: PROMPT }

async function readModel(model: Model, hear: Hear): Promise<void> {
  const { stream } = await model.doStream(
    model.specificationVersion === 'v1' ? V1_OPTIONS : { prompt: PROMPT },
  )
  const reader = stream.getReader()
  for (let next = await reader.read(); !next.done; next = await reader.read()) {
    const { type, textDelta, delta } = next.value
    if (type === 'text-delta') hear(textDelta ?? delta ?? '')
  }
}

const prepared = (model: unknown) => (hear: Hear) => readModel(model as Model, hear)

const SETTINGS = { auth: { accessToken: 'bench' }, codexMode: false }

/** Our entries. */
export const OURS: Record<string, Reader> = {
  'ai-sdk-provider-codex (ai 4)': (baseURL) => prepared(createV1({ ...SETTINGS, baseURL })('gpt-5.5')),
  'ai-sdk-provider-codex/v2 (ai 5)': (baseURL) => prepared(createV2({ ...SETTINGS, baseURL })('gpt-5.5')),
  'ai-sdk-provider-codex/v3 (ai 6)': (baseURL) => prepared(createV3({ ...SETTINGS, baseURL })('gpt-5.5')),
  'ai-sdk-provider-codex/v4 (ai 7)': (baseURL) => prepared(createV4({ ...SETTINGS, baseURL })('gpt-5.5')),
}

/** A provider: a function of a model id, which may have a `responses` of its own. */
type Provider = ((id: string) => unknown) & { responses?: (id: string) => unknown }
type Factory = (settings: object) => Provider

/** The function that a package of the folder `peers` exports, or undefined where the package is not installed. */
async function findFactory(name: string, factory: string): Promise<Factory | undefined> {
  try {
    return (await load(name))[factory] as Factory
  } catch {
    return undefined
  }
}

/** A package that does the same job. */
interface Peer {
  name: string
  /** The name in `peers/package.json`. */
  from: string
  factory: string
  modelId: string
  /** Settings as JSON has them; a `getSession` that gives the session is added. */
  settingsOf(baseURL: string): object
}

const SESSION = { accessToken: 'bench', accountId: 'bench' }

export const PEERS: readonly Peer[] = [
  ...['1', '2', '4'].map((major) => ({
    name: `@ai-sdk/openai ${major}`,
    from: `openai${major}`,
    factory: 'createOpenAI',
    modelId: 'gpt-5.5',
    settingsOf: (baseURL: string) => ({ baseURL, apiKey: 'bench' }),
  })),
  {
    name: '@openai-oauth/ai-sdk 2',
    from: '@openai-oauth/ai-sdk',
    factory: 'createOpenAIOAuth',
    modelId: 'gpt-5.5',
    settingsOf: (baseURL) => ({ kind: 'openai-oauth', baseURL, session: SESSION }),
  },
  {
    name: 'ai-sdk-provider-chatgpt-oauth 1',
    from: 'ai-sdk-provider-chatgpt-oauth',
    factory: 'createChatGPTOAuth',
    modelId: 'gpt-5',
    settingsOf: (baseURL) => ({ baseURL, credentials: SESSION }),
  },
]

/** The packages beside us, or the one of that name; and the names of those that are not installed. */
export async function findPeers(
  only?: string,
): Promise<{ installed: Record<string, Reader>; absent: string[] }> {
  const installed: Record<string, Reader> = {}
  const absent: string[] = []
  for (const { name, from, factory, modelId, settingsOf } of PEERS) {
    if (only !== undefined && name !== only) continue
    const create = await findFactory(from, factory)
    if (!create) absent.push(name)
    else {
      installed[name] = (baseURL) => {
        const provider = create({ ...settingsOf(baseURL), getSession: async () => SESSION })
        return prepared(provider.responses?.(modelId) ?? provider(modelId))
      }
    }
  }
  return { installed, absent }
}
