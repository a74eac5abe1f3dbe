import type { LanguageModelV1CallOptions, LanguageModelV1Prompt } from 'spec-v1'
import { toCall } from '../../src/adapters/v1/call.ts'
import { encodeSignature } from '../../src/adapters/v1/signature.ts'
import { codexTools } from '../../src/adapters/v1/tools.ts'
import { factsOf } from '../../src/models/facts.ts'
import { buildRequest } from '../../src/request/body.ts'
import type { CodexProviderOptions } from '../../src/request/options.ts'

type Message = LanguageModelV1Prompt[number]
type Regular = Extract<LanguageModelV1CallOptions['mode'], { type: 'regular' }>
export type Mode = LanguageModelV1CallOptions['mode']
type Tool = NonNullable<Regular['tools']>[number]
type ContentOf<Role extends Message['role']> = Extract<Message, { role: Role }>['content']

const MODELS = ['gpt-5.5', 'gpt-6.1-sol']

/** What is sent for a call, or the name of the error that it ends in. */
async function request(modelId: string, prompt: LanguageModelV1Prompt, mode: Mode) {
  const call = toCall({ inputFormat: 'prompt', mode, prompt })
  const options: CodexProviderOptions = {}
  const setup = { modelId, facts: factsOf(modelId), suffixEffort: undefined, options }
  try {
    const built = await buildRequest(call, { ...setup, codexMode: false, baseInstructions: '' })
    return { body: built.body, hasWarning: call.warnings.list().length > 0 }
  } catch (error) {
    return { error: (error as Error).name.replace('AI_', '') }
  }
}

type Sent = Exclude<Awaited<ReturnType<typeof request>>, { error: string }>
type Item = Sent['body']['input'][number]

/** An outcome in the words of the page, and all that was sent, as text. */
export interface Outcome {
  becomes: string
  text: string
}

/** What both shapes of request say; the classic one first where they differ. */
async function outcome(
  prompt: LanguageModelV1Prompt,
  mode: Mode,
  describe: (sent: Sent, bare: Sent) => string[],
): Promise<Outcome> {
  const texts: string[] = []
  const words = new Set<string>()
  for (const modelId of MODELS) {
    const sent = await request(modelId, prompt, mode)
    const bare = await request(modelId, [HI], { type: 'regular' })
    if (bare.error !== undefined) throw new Error(bare.error)
    if (sent.error !== undefined) {
      words.add(`\`${sent.error}\``)
      continue
    }
    texts.push(JSON.stringify(sent.body))
    const said = describe(sent, bare)
    words.add(`${said.length === 0 ? 'left out' : said.join(', ')}${sent.hasWarning ? ', warning' : ''}`)
  }
  return { becomes: [...words].join(' or '), text: texts.join('\n') }
}

const HI: Message = { role: 'user', content: [{ type: 'text', text: 'hi' }] }
const SYSTEM = 'A system text.'

function nameOf(item: Item): string[] {
  switch (item.type) {
    case 'message':
      if (item.role === 'developer') return ['`developer` message']
      return item.content.map((part) => `\`${part.type}\``)
    case 'additional_tools':
      return []
    case 'reasoning':
      return ['`reasoning`']
    default: {
      const parts = 'output' in item && typeof item.output === 'object' ? item.output : []
      const of = parts.map((part) => `\`${part.type}\``)
      return [`\`${item.type}\`${of.length === 0 ? '' : ` of ${of.join(' and ')}`}`]
    }
  }
}

/** Drives a prompt; `about` picks the items that the row is about. */
function prompted(
  messages: Message[],
  about: RegExp | undefined = undefined,
  tools: Tool[] = [],
): () => Promise<Outcome> {
  return () =>
    outcome([...messages, HI], { type: 'regular', tools }, ({ body }, bare) => {
      const known = bare.body.input.map((item) => JSON.stringify(item))
      const items = body.input.filter((item) => !known.includes(JSON.stringify(item)))
      const names = items.flatMap(nameOf).filter((name) => about?.test(name) ?? true)
      return [...(body.instructions?.includes(SYSTEM) ? ['`instructions`'] : []), ...names]
    })
}

/** Drives one message without another after it. */
const alone = (message: Message) => () =>
  outcome([message], { type: 'regular' }, ({ body }) =>
    body.input
      .slice(-1)
      .filter((item) => JSON.stringify(item).includes(SYSTEM))
      .flatMap(nameOf),
  )

const PNG = Buffer.from(
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==',
  'base64',
)
const BASE64 = PNG.toString('base64')

const system = (content: string): Message => ({ role: 'system', content })
const user = (...content: ContentOf<'user'>): Message => ({ role: 'user', content })
const assistant = (...content: ContentOf<'assistant'>): Message => ({ role: 'assistant', content })
const results = (...content: ContentOf<'tool'>): Message => ({ role: 'tool', content })

const file = (mimeType: string, data: string | Buffer) =>
  user({ type: 'file', mimeType, data: Buffer.from(data).toString('base64') })

const signature = (encryptedContent: string) => encodeSignature({ encryptedContent, after: [] })
const NOTE = encodeSignature({ after: [{ text: 4, phase: 'commentary' }] })
const thought = (text: string, content?: string) =>
  ({ type: 'reasoning', text, ...(content === undefined ? {} : { signature: signature(content) }) }) as const
const said = { type: 'text', text: 'said' } as const
const redacted = (data: string) => ({ type: 'redacted-reasoning', data }) as const

const call = (toolName: string, args: unknown, toolCallId = 'call_1') =>
  ({ type: 'tool-call', toolCallId, toolName, args }) as const
const result = (value: unknown, rest: Partial<ContentOf<'tool'>[number]> = {}) =>
  ({ type: 'tool-result', toolCallId: 'call_1', toolName: 'look', result: value, ...rest }) as const

const CIRCULAR: Record<string, unknown> = {}
CIRCULAR.self = CIRCULAR

const CALLS = /_call`$/
const OUTPUTS = /_output`/
const REASONING = /reasoning/

/** A call and its result. */
const called = (args: unknown, toolName = 'look', id = 'call_1') => [
  assistant(call(toolName, args, id)),
  results(result('ok', { toolCallId: id })),
]
const answered = (...given: Parameters<typeof result>) => [
  assistant(call('look', {})),
  results(result(...given)),
]

const given = (
  name: string,
  { id, args }: { id: `${string}.${string}`; args: Record<string, unknown> },
): Tool => ({
  type: 'provider-defined',
  id,
  name,
  args,
})
const CUSTOM = given('dial', codexTools.custom())
const SHELL = given('shell', codexTools.localShell())

/** The first bytes of a PNG, a JPEG, a GIF and a WebP. */
const IMAGES = [PNG, [0xff, 0xd8, 0xff], 'GIF89a', 'RIFF....WEBP'].map(
  (head) => new Uint8Array(Buffer.from(head)),
)

const TEXT_TYPES = [
  ...['text/plain', 'text/csv', 'application/json', 'application/x-ndjson', 'application/xml'],
  ...['application/yaml', 'application/toml', 'application/sql', 'application/graphql'],
  ...['application/javascript', 'application/typescript', 'application/x-sh'],
  ...['application/geo+json', 'application/atom+xml', 'application/openapi+yaml'],
]

/** Each row of "prompt parts", by part and form. */
export const PROMPT_PARTS: Readonly<Record<string, () => Promise<Outcome>>> = {
  'system text | at the start': prompted([system(SYSTEM)]),
  'system text | without any other message': alone(system(SYSTEM)),
  'system text | further on': prompted([user({ type: 'text', text: 'one' }), system('Two.')], /developer/),
  'user text | any': prompted([user({ type: 'text', text: 'one' })]),
  'user text | empty': prompted([user({ type: 'text', text: '' })]),
  'user image | PNG, JPEG, GIF, WebP': () =>
    alike(IMAGES.map((image) => prompted([user({ type: 'image', image })]))),
  'user image | a URL': prompted([user({ type: 'image', image: new URL('https://example.com/a.png') })]),
  'user image | of another type': prompted([
    user({ type: 'image', image: new TextEncoder().encode('<svg/>'), mimeType: 'image/svg+xml' }),
  ]),
  'user image | empty': prompted([user({ type: 'image', image: new Uint8Array() })]),
  'user image | whose bytes are no image': () =>
    alike(
      ['image/png', 'image/jpeg', 'image/gif', 'image/webp'].map((mimeType) =>
        prompted([user({ type: 'image', image: new TextEncoder().encode('text'), mimeType })]),
      ),
    ),
  'user file | PDF': prompted([file('application/pdf', '%PDF-1.4')]),
  'user file | text': () => alike(TEXT_TYPES.map((type) => prompted([file(type, 'a,b')]))),
  'user file | an image': prompted([file('image/png', PNG)]),
  'user file | of another type': prompted([file('audio/wav', 'RIFF')]),
  'user file | empty, or no base64': prompted([
    user({ type: 'file', mimeType: 'text/plain', data: '(none)' }),
  ]),
  'user file | whose bytes are no PDF': prompted([file('application/pdf', 'text')]),
  'assistant text | any': prompted([
    assistant({ ...said, providerMetadata: { codex: { phase: 'commentary' } } }),
  ]),
  'assistant text | empty': prompted([assistant({ type: 'text', text: '' })]),
  'assistant reasoning | of this provider': prompted([assistant(thought('why', 'ENC'), said)], REASONING),
  'assistant reasoning | several parts of one item': prompted(
    [assistant(thought('why', 'ENC'), thought('so', 'ENC'), said)],
    REASONING,
  ),
  'assistant reasoning | unsigned, or of another provider': prompted(
    [assistant(thought('why'), said)],
    REASONING,
  ),
  'assistant reasoning | that nothing follows': prompted([assistant(thought('why', 'ENC'))]),
  'assistant redacted-reasoning | of this provider': prompted(
    [assistant(redacted(signature('ENC')), said)],
    REASONING,
  ),
  'assistant redacted-reasoning | a note of this provider': prompted(
    [assistant(redacted(NOTE), said)],
    /output_text|reasoning/,
  ),
  'assistant redacted-reasoning | of another provider': prompted([assistant(redacted('x'), said)], REASONING),
  'assistant file | an image': prompted(
    [assistant({ type: 'file', mimeType: 'image/png', data: BASE64 }, said)],
    /image/,
  ),
  'assistant file | of another type, or one that would be refused': () =>
    alike(
      ['application/pdf', 'image/png'].map((mimeType) =>
        prompted([assistant({ type: 'file', mimeType, data: 'JVBERi0=' }, said)], /file|image/),
      ),
    ),
  'assistant tool-call | of a function': prompted(called({ a: 1 }), CALLS),
  'assistant tool-call | whose arguments are no JSON object': prompted(called('{"broken'), CALLS),
  'assistant tool-call | of `custom`': prompted(called('555', 'dial'), CALLS, [CUSTOM]),
  'assistant tool-call | of `localShell`': prompted(called({ action: { command: ['ls'] } }, 'shell'), CALLS, [
    SHELL,
  ]),
  'assistant tool-call | with an odd or a long id': prompted(
    called({}, 'look', `a:b${'c'.repeat(80)}`),
    CALLS,
  ),
  'assistant tool-call | without a result': prompted([assistant(call('look', {}))]),
  'tool tool-result | a text, or a JSON value': prompted(answered({ found: 1 }), OUTPUTS),
  'tool tool-result | an error': prompted(answered('no such file', { isError: true }), OUTPUTS),
  'tool tool-result | `content` with text and images': prompted(
    answered('', {
      content: [
        { type: 'text', text: 'seen' },
        { type: 'image', data: BASE64, mimeType: 'image/png' },
      ],
    }),
    OUTPUTS,
  ),
  'tool tool-result | what an MCP server answers, with images': prompted(
    answered({
      content: [
        { type: 'text', text: 'seen' },
        { type: 'image', data: BASE64, mimeType: 'image/png' },
      ],
    }),
    OUTPUTS,
  ),
  'tool tool-result | a circular value': prompted(answered(CIRCULAR), OUTPUTS),
  'tool tool-result | with an image that would be refused': prompted(
    answered('', { content: [{ type: 'image', data: '', mimeType: 'image/png' }] }),
    OUTPUTS,
  ),
  'tool tool-result | of `custom`': prompted(
    [assistant(call('dial', '555')), results(result('ok'))],
    OUTPUTS,
    [CUSTOM],
  ),
  'tool tool-result | of `localShell`': prompted(
    [assistant(call('shell', { action: { command: ['ls'] } })), results(result('ok'))],
    OUTPUTS,
    [SHELL],
  ),
  'tool tool-result | of `localShell`, with an image': prompted(
    [
      assistant(call('shell', { action: { command: ['ls'] } })),
      results(result('', { content: [{ type: 'image', data: BASE64, mimeType: 'image/png' }] })),
    ],
    OUTPUTS,
    [SHELL],
  ),
  'tool tool-result | before its call': prompted(
    [results(result('ok')), assistant(call('look', {}))],
    OUTPUTS,
  ),
  'tool tool-result | without a call': prompted([results(result('ok'))]),
}

/** The rows of "prompt parts" that each usual case of content.md sums up. */
export const USUAL_INPUT: Readonly<Record<string, readonly string[]>> = {
  text: ['user text | any'],
  "`{ type: 'image', image }`: PNG, JPEG, GIF or WebP": ['user image | PNG, JPEG, GIF, WebP'],
  "`{ type: 'image', image: new URL('https://…') }`": ['user image | a URL'],
  'an image of another type, such as SVG': ['user image | of another type'],
  "`{ type: 'file', data, mimeType: 'application/pdf' }`": ['user file | PDF'],
  'a text file: plain text, CSV, JSON, XML, YAML, source code and the like': ['user file | text'],
  'audio, video, an archive, an office document': ['user file | of another type'],
  'an empty file, or one labelled as an image or a PDF whose bytes are none': [
    ...['user image | empty', 'user image | whose bytes are no image'],
    ...['user file | empty, or no base64', 'user file | whose bytes are no PDF'],
  ],
  'what the model said': ['assistant text | any', 'assistant tool-call | of a function'],
  'reasoning of this provider': ['assistant reasoning | of this provider'],
  'reasoning of another provider': ['assistant reasoning | unsigned, or of another provider'],
  'a picture that the model made': ['assistant file | an image'],
  'another file that the model made': ['assistant file | of another type, or one that would be refused'],
  "a tool's result: text, JSON, images": [
    'tool tool-result | a text, or a JSON value',
    'tool tool-result | `content` with text and images',
  ],
  "a tool's error": ['tool tool-result | an error'],
  'a call without a result, as after a stop': ['assistant tool-call | without a result'],
  'a result without its call': ['tool tool-result | without a call'],
  'a system text in the middle': ['system text | further on'],
}

const strictly = (type: string, isStrict: unknown) =>
  `\`${type}\`${isStrict === undefined ? '' : isStrict ? ', strict' : ', not strict'}`

function toolsIn({ body }: Sent): string[] {
  const added = body.input.flatMap((item) => (item.type === 'additional_tools' ? item.tools : []))
  return [...(body.tools ?? []), ...added].map((tool) =>
    strictly(tool.type, 'strict' in tool ? tool.strict : undefined),
  )
}

const offered = (...tools: Tool[]) => {
  return () => outcome([HI], { type: 'regular', tools }, toolsIn)
}

const schemaOf = (properties: object, required: string[] = Object.keys(properties)): object => ({
  type: 'object',
  properties,
  required,
  additionalProperties: false,
})

const func = (parameters: object, name = 'look'): Tool => ({ type: 'function', name, parameters })
const TEXT = { type: 'string' }
const WHOLE = schemaOf({ city: TEXT })
const UNION = { anyOf: [schemaOf({ a: TEXT }), schemaOf({ b: TEXT })] }

/** Each row of "tools". */
export const TOOLS: Readonly<Record<string, () => Promise<Outcome>>> = {
  'function | its schema meets the strict rules': offered(func(WHOLE)),
  'function | optional properties, open objects, unions that overlap': offered(
    func(schemaOf({ city: TEXT }, [])),
  ),
  'function | no parameters': offered(func({})),
  'function | a union, a list or an enum at the top': offered(func(UNION)),
  'function | a schema that nothing fits, or that refers elsewhere': offered(
    func({ $ref: 'https://example.com/schema' }),
  ),
  'function | an odd name, or over 64 characters': offered(func(WHOLE, 'files.read')),
  'function | the same name twice': offered(func(WHOLE), func(WHOLE)),
  'codex.tools.webSearch() | any': offered(given('search', codexTools.webSearch())),
  'codex.tools.imageGeneration() | any': offered(given('draw', codexTools.imageGeneration())),
  'codex.tools.toolSearch() | with `defer: true`, beside a function': offered(
    func(WHOLE),
    given('find', codexTools.toolSearch({ defer: true })),
  ),
  'codex.tools.toolSearch() | no tool is deferred': offered(given('find', codexTools.toolSearch())),
  'codex.tools.localShell() | any': offered(SHELL),
  'codex.tools.custom() | any': offered(CUSTOM),
  'codex.tools.… | an argument that it does not have': offered(
    given('search', { id: 'codex.web_search', args: { depth: 3 } }),
  ),
  'openai.web_search, openai.web_search_preview | any': async () => {
    const each = ['openai.web_search', 'openai.web_search_preview'] as const
    return alike(each.map((id) => offered(given('search', { id, args: {} }))))
  },
  'openai.image_generation | any': offered(given('draw', { id: 'openai.image_generation', args: {} })),
  'openai.tool_search | no tool is deferred': offered(given('find', { id: 'openai.tool_search', args: {} })),
  'openai.local_shell | any': offered(given('shell', { id: 'openai.local_shell', args: {} })),
  'openai.custom | any': offered(given('dial', { id: 'openai.custom', args: {} })),
  'openai.… | an argument that it does not have': offered(
    given('search', { id: 'openai.web_search', args: { depth: 3 } }),
  ),
  'all others, such as openai.file_search | any': offered(
    given('find', { id: 'openai.file_search', args: {} }),
  ),
}

/** Drives several inputs that one row stands for: all must come to the same. */
export async function alike(each: ReadonlyArray<() => Promise<Outcome>>): Promise<Outcome> {
  const outcomes = await Promise.all(each.map((drive) => drive()))
  return {
    becomes: [...new Set(outcomes.map(({ becomes }) => becomes))].join(' or '),
    text: outcomes.map(({ text }) => text).join('\n'),
  }
}

const chosen = (toolChoice: NonNullable<Regular['toolChoice']>, tools: Tool[] = [func(WHOLE)]) => {
  const describe = ({ body: { tool_choice } }: Sent) => [
    `\`${typeof tool_choice === 'string' ? tool_choice : JSON.stringify(tool_choice)}\``,
  ]
  return () => outcome([HI], { type: 'regular', tools, toolChoice }, describe)
}

/** Each row of "tool choice". */
export const TOOL_CHOICES: Readonly<Record<string, () => Promise<Outcome>>> = {
  'auto | any': chosen({ type: 'auto' }),
  'none | any': chosen({ type: 'none' }),
  'required | any': chosen({ type: 'required' }),
  'required | no tool is sent': chosen({ type: 'required' }, []),
  'tool | a function': chosen({ type: 'tool', toolName: 'look' }),
  'tool | a hosted tool': chosen({ type: 'tool', toolName: 'search' }, [
    given('search', codexTools.webSearch()),
  ]),
  'tool | a deferred function': chosen({ type: 'tool', toolName: 'look' }, [
    func(WHOLE),
    func(WHOLE, 'other'),
    given('find', codexTools.toolSearch({ defer: true })),
  ]),
  'tool | a tool search': chosen({ type: 'tool', toolName: 'find' }, [
    func(WHOLE),
    given('find', codexTools.toolSearch({ defer: true })),
  ]),
  'tool | one that is not sent': chosen({ type: 'tool', toolName: 'other' }),
}

const object = (mode: Mode) => () =>
  outcome([HI], mode, (sent, bare) => {
    const { format } = sent.body.text ?? {}
    const instructions = JSON.stringify([sent.body.instructions, sent.body.input])
    const isTold = instructions !== JSON.stringify([bare.body.instructions, bare.body.input])
    const told = isTold && toolsIn(sent).length === 0 ? ['an instruction'] : []
    return [...toolsIn(sent), ...(format ? [strictly(format.type, format.strict)] : told)]
  })

const jsonMode = (schema?: object): Mode => ({ type: 'object-json', ...(schema ? { schema } : {}) })

/** Each row of "objects". */
export const OBJECTS: Readonly<Record<string, () => Promise<Outcome>>> = {
  'an object | every property required': object(jsonMode(WHOLE)),
  'an object | open, where a strict one is narrower': object(
    jsonMode({ type: 'object', properties: { city: TEXT }, required: ['city'] }),
  ),
  'an object | optional properties, open objects, unions that overlap': object(
    jsonMode(schemaOf({ city: TEXT }, [])),
  ),
  'a union, a list or an enum | at the top': object(jsonMode(UNION)),
  'no schema | any': object(jsonMode()),
  "an object | `mode: 'tool'`": object({
    type: 'object-tool',
    tool: { type: 'function', name: 'json', parameters: WHOLE },
  }),
  'any | nothing fits it, or it refers elsewhere': object(jsonMode({ $ref: 'https://example.com/schema' })),
}
