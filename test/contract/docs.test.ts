/** What docs/versions.md says of the versions is measured here. */
import { readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import packageJson from '../../package.json' with { type: 'json' }
import { asObject } from '../../src/lib/json.ts'
import type { JsonObject } from '../../src/testing/types.ts'
import {
  bodyOf,
  CREATED,
  callDone,
  completed,
  events,
  good,
  message,
  reasoningDone,
} from '../adapters/v1/support.ts'
import { readTable } from '../docs/readme-blocks.ts'
import type { Ask, Driver, Seen } from './support/ask.ts'
import { eachAI, OVER_HTTP, outlineOf, type Started, startWith, turnOf, wayOf } from './support/contract.ts'
import { DRIVERS } from './support/drivers.ts'

const PAGE = readFileSync(new URL('../../docs/versions.md', import.meta.url), 'utf8')
const MODEL = 'gpt-5.5'

const enginesOf = (name: string): string =>
  JSON.parse(readFileSync(new URL(`../../node_modules/${name}/package.json`, import.meta.url), 'utf8'))
    .engines.node

const lowest = (range: string): number => Number(/\d+/.exec(range)?.[0])

test('the entries', () => {
  const rows = DRIVERS.map(({ major, specification }) => {
    const isDefault = specification === 'v1'
    const path = isDefault ? packageJson.name : `${packageJson.name}/${specification}`
    const node = Math.max(
      lowest(packageJson.engines.node),
      lowest(enginesOf(major === 4 ? 'ai' : `ai${major}`)),
    )
    return [`\`ai\` ${major}`, `\`${path}\``, `LanguageModel${specification.toUpperCase()}`, `≥ ${node}`]
  })
  expect(readTable(PAGE, 'entries')).toEqual(rows)
})

test('the entries are those of the package', () => {
  const paths = Object.keys(packageJson.exports)
  const named = DRIVERS.map(({ specification }) => (specification === 'v1' ? '.' : `./${specification}`))
  expect(paths).toEqual(expect.arrayContaining(named))
})

const run = (ai: Driver, way: 'generate' | 'stream', ask: Ask): Promise<Seen> => wayOf(ai, way).ask(ask)

eachAI('takes the models that the page says', async ({ ai }) => {
  const cells: string[] = []
  for (const { createCodex } of DRIVERS) {
    const { codex } = await startWith({ ...ai, createCodex }, {})
    const warned: unknown[] = []
    Object.assign(globalThis, { AI_SDK_LOG_WARNINGS: (told: unknown) => warned.push(told) })
    const { errors } = await run(ai, 'generate', { model: codex(MODEL), prompt: 'hi' })
    Object.assign(globalThis, { AI_SDK_LOG_WARNINGS: false })
    const isRefused = errors.some((error) => asObject(error).name === 'AI_UnsupportedModelVersionError')
    for (const { message } of errors.map(asObject)) {
      // The page quotes it for the default entry and another model.
      const quoted = String(message)
        .replace(/version v\d/, 'version v1')
        .replace(MODEL, 'gpt-6.1-sol')
      if (isRefused) expect(PAGE.split('\n')).toContain(quoted)
    }
    const isWarned = JSON.stringify(warned).includes('compatibility')
    cells.push(
      isRefused ? 'no' : isWarned ? 'with a warning' : errors.length === 0 ? 'yes' : String(errors[0]),
    )
  }
  const row = readTable(PAGE, 'pairs').find(([name]) => name === String(ai.major))
  expect([String(ai.major), ...cells]).toEqual(row)
})

const SEARCH: JsonObject = {
  type: 'response.output_item.done',
  output_index: 0,
  item: { type: 'web_search_call', id: 'ws_1', status: 'completed', action: { type: 'search', query: 'q' } },
}

const cited = (...annotations: JsonObject[]): JsonObject => ({
  type: 'response.output_item.done',
  output_index: 1,
  item: {
    id: 'msg_1',
    type: 'message',
    role: 'assistant',
    content: [{ type: 'output_text', text: 'Hi', annotations }],
  },
})

const EMPTY = { type: 'object', properties: {}, additionalProperties: false }
const add = { schema: EMPTY, execute: () => 3 }
const CALL = callDone(0, { callId: 'call_1', name: 'add', arguments: '{}' })

interface Measured extends Started {
  readonly ai: Driver
  readonly ask: (ask: Omit<Ask, 'model'>, way?: 'generate' | 'stream') => Promise<Seen>
}

/** The word of a row's cell, as it is measured. */
const MEASURES: Readonly<Record<string, (measured: Measured) => Promise<string>>> = {
  'a call that the backend ran, such as a web search': async ({ ask, codex, server }) => {
    const answer = events(CREATED, SEARCH, message('Hi', 1), completed())
    server.answer(answer, answer)
    const undeclared = await ask({ prompt: 'hi' })
    const declared = await ask({ prompt: 'hi', tools: { search: { hosted: codex.tools.webSearch() } } })
    expect([undeclared.text, declared.text]).toEqual(['Hi', 'Hi'])
    if (undeclared.calls.length > 0) return 'shown'
    return declared.calls.length > 0 ? 'if declared' : 'left out'
  },
  'a source that is a document, not a URL': async ({ ask, server }) => {
    const document = { type: 'file_citation', file_id: 'file_1', filename: 'a.pdf', index: 0 }
    server.answer(events(CREATED, cited(document), completed()))
    const { sources, text } = await ask({ prompt: 'hi' })
    expect(text).toBe('Hi')
    return sources.length > 0 ? 'shown' : 'left out'
  },
  'the parts of a reasoning summary': async ({ ask, server }) => {
    server.answer(events(CREATED, reasoningDone(0, 'ENC1', ['A', 'B']), message('Hi', 1), completed()))
    const { reasoning } = await ask({ prompt: 'hi' })
    expect(reasoning.map(({ text }) => text).join('\n\n')).toBe('A\n\nB')
    return reasoning.length === 1 ? 'one text' : 'a part each'
  },
  'cached and reasoning tokens': async ({ ai, codex, server }) => {
    server.answer(events(...good('Hi')))
    const { usage, providerMetadata } = await generateDirectly(ai, codex(MODEL))
    const { cachedInputTokens, reasoningTokens } = asObject(providerMetadata?.codex)
    const told = JSON.stringify(usage)
    if (/4.*2|2.*4/.test(told)) return 'in `usage`'
    expect([cachedInputTokens, reasoningTokens]).toEqual([4, 2])
    return 'in `providerMetadata`'
  },
  'usage that the backend did not report': async ({ ai, codex, server }) => {
    server.answer(events(...good('Hi').slice(0, -1), completed([], null)))
    const { usage } = await generateDirectly(ai, codex(MODEL))
    const input = usage.promptTokens ?? usage.inputTokens
    return String(typeof input === 'object' ? asObject(input).total : input)
  },
  "the backend's own finish reason": async ({ ask, server }) => {
    const response = {
      id: 'resp_1',
      status: 'incomplete',
      incomplete_details: { reason: 'max_output_tokens' },
    }
    server.answer(events(CREATED, message('Hi'), { type: 'response.incomplete', response }))
    const { rawFinishReason } = await ask({ prompt: 'hi' })
    return rawFinishReason === undefined ? 'left out' : '`rawFinishReason`'
  },
  "the backend's events (`includeRawChunks`)": async ({ ask, server }) => {
    const sent = good('Hi')
    server.answer(events(...sent))
    const raw: unknown[] = []
    await ask({ prompt: 'hi', onRaw: (value) => raw.push(value) }, 'stream')
    if (raw.length === 0) return 'none'
    expect(raw).toEqual(sent)
    return 'all'
  },
  'text after a call, sent back': async (measured) => {
    const isKept = (sealed: JsonObject[]) =>
      sentBack(measured, [...sealed, { ...CALL, output_index: 1 }, message('Hi', 2)], (items) => {
        const outline = outlineOf(items)
        return outline.indexOf('function_call') < outline.indexOf('assistant')
      })
    expect(await isKept([reasoningDone(0, 'ENC1')])).toBe(true)
    return (await isKept([])) ? 'in its place' : 'beside reasoning only'
  },
  'the phase of a text without commentary beside it, sent back': async (measured) => {
    const told = message('Hi', 1)
    const isKept = (phase: string, sealed: JsonObject[]) => {
      const phased = { ...told, item: { ...asObject(told.item), phase } }
      return sentBack(measured, [...sealed, phased, { ...CALL, output_index: 2 }], (items) =>
        items.some((item) => item.phase === phase),
      )
    }
    expect(await isKept('final_answer', [reasoningDone(0, 'ENC1')])).toBe(true)
    expect(await isKept('commentary', [])).toBe(true)
    return (await isKept('final_answer', [])) ? 'always' : 'beside reasoning only'
  },
  '`strict` of a tool': async ({ ask, server }) => {
    const schema = { jsonSchema: EMPTY, [Symbol.for('vercel.ai.schema')]: true, validate: undefined }
    const hosted = { strict: false, parameters: schema, inputSchema: schema }
    await ask({ prompt: 'hi', tools: { plain: { hosted } } })
    const [tool] = bodyOf(server).tools as JsonObject[]
    return tool?.strict === false ? 'sent' : 'left out'
  },
  "effort by `ai`'s own `reasoning`": async ({ ask, server }) => {
    await ask({ prompt: 'hi', settings: { reasoning: 'high' } })
    return asObject(bodyOf(server).reasoning).effort === 'high' ? 'works' : 'none'
  },
  'a tool that throws': async ({ ask, server }) => {
    server.answer(events(CREATED, CALL, completed()))
    const broken = {
      ...add,
      execute: () => {
        throw new Error('the disk is full')
      },
    }
    const { errors } = await ask({ prompt: 'hi', tools: { add: broken }, maxSteps: 2 })
    if (errors.length > 0) return 'the call fails'
    expect(server.responseRequests[1]?.text).toContain('the disk is full')
    return 'the model sees it'
  },
  '`temperature: 0`': async ({ ask, server }) => {
    const { warnings } = await ask({ prompt: 'hi', settings: { temperature: 0 } })
    expect(bodyOf(server)).not.toHaveProperty('temperature')
    return warnings.length === 0 ? 'no warning' : 'a warning'
  },
  '`ai` in the `user-agent` of `generateText`': async ({ ai, ask, server }) => {
    await ask({ prompt: 'hi' })
    const agent = server.responseRequests[0]?.headers['user-agent'] ?? ''
    const at = agent.indexOf(` ai/${ai.major}.`)
    if (at === -1) return 'none'
    return at > agent.indexOf(packageJson.name) ? 'after ours' : 'before ours'
  },
}

interface Answer {
  usage: JsonObject
  providerMetadata?: JsonObject
}

/** Calls the model as `ai` would, to see what it says before `ai` changes it. */
function generateDirectly(ai: Driver, model: unknown): Promise<Answer> {
  const prompt = [{ role: 'user', content: [{ type: 'text', text: 'hi' }] }]
  const more = ai.major === 4 ? { inputFormat: 'prompt', mode: { type: 'regular' } } : {}
  return (model as { doGenerate(options: object): Promise<Answer> }).doGenerate({ prompt, ...more })
}

/** The model says this, and calls a tool: is what goes back of it as it should be? */
async function sentBack(
  { ai }: Measured,
  said: readonly JsonObject[],
  isRight: (items: readonly JsonObject[]) => boolean,
): Promise<boolean> {
  const { codex, server } = await startWith(ai, {})
  server.answer(events(CREATED, ...said, completed()))
  await run(ai, 'generate', { model: codex(MODEL), prompt: 'hi', tools: { add }, maxSteps: 2 })
  return isRight(turnOf(bodyOf(server, 1)))
}

test('each difference is measured', () => {
  expect(readTable(PAGE, 'differences').map(([what]) => what)).toEqual(Object.keys(MEASURES))
})

describe.each(Object.entries(MEASURES))('differences', (what, measure) => {
  eachAI(`the page is right: ${what}`, async ({ ai, start }) => {
    const started = await start(OVER_HTTP)
    const model = started.codex(MODEL)
    const ask: Measured['ask'] = (asked, way = 'generate') => run(ai, way, { ...asked, model })
    const row = readTable(PAGE, 'differences').find(([name]) => name === what)
    expect(await measure({ ...started, ai, ask })).toBe(row?.[ai.major - 3])
  })
})
