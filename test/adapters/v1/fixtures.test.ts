import type { LanguageModelV1StreamPart } from 'ai'
import { createCodex } from 'ai-sdk-provider-codex'
import { type CodexServer, startCodexServer } from 'ai-sdk-provider-codex/testing'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { decodeSignature } from '../../../src/adapters/v1/signature.ts'
import { FIXTURES, readFixture, toStream } from '../../support/fixtures.ts'
import { NO_LIMITS } from '../../support/no-limits.ts'

type JsonObject = Record<string, unknown>
type Model = ReturnType<ReturnType<typeof createCodex>>

const OPTIONS = {
  inputFormat: 'prompt',
  mode: { type: 'regular' },
  prompt: [{ role: 'user', content: [{ type: 'text', text: 'hi' }] }],
} as const satisfies Parameters<Model['doStream']>[0]

let server: CodexServer
let model: Model

beforeAll(async () => {
  server = await startCodexServer()
  const { tokens } = server.login()
  const auth = { accessToken: tokens.access_token, accountId: tokens.account_id }
  model = createCodex({ baseURL: server.baseURL, auth })('gpt-5.5')
})
afterAll(() => server.close())

const answerWith = (lines: readonly string[]) =>
  server.answer({
    type: 'raw',
    headers: { 'content-type': 'text/event-stream', ...NO_LIMITS },
    chunks: [toStream(lines)],
  })

async function stream(lines: readonly string[]): Promise<LanguageModelV1StreamPart[]> {
  answerWith(lines)
  const { stream } = await model.doStream(OPTIONS)
  const parts: LanguageModelV1StreamPart[] = []
  for await (const part of stream as unknown as AsyncIterable<LanguageModelV1StreamPart>) parts.push(part)
  return parts
}

async function generate(lines: readonly string[]) {
  answerWith(lines)
  return model.doGenerate(OPTIONS)
}

/** Runs of deltas as one, so that the expected parts can be read. */
function compact(parts: readonly LanguageModelV1StreamPart[]): JsonObject[] {
  const result: JsonObject[] = []
  for (const part of parts) {
    const last = result.at(-1)
    const isRun = last?.type === part.type
    if (part.type === 'text-delta' || part.type === 'reasoning') {
      if (isRun && last) last.textDelta = `${last.textDelta}${part.textDelta}`
      else result.push({ ...part })
    } else if (part.type === 'tool-call-delta') {
      if (isRun && last?.toolCallId === part.toolCallId)
        last.argsTextDelta = `${last.argsTextDelta}${part.argsTextDelta}`
      else result.push({ ...part })
    } else if (part.type === 'reasoning-signature') {
      result.push({ type: part.type, signature: decodeSignature(part.signature) })
    } else if (part.type === 'redacted-reasoning') {
      const item = decodeSignature(part.data)?.item
      result.push(item ? { type: part.type, item: item.type } : { ...part })
    } else if (part.type === 'error') {
      result.push({ type: part.type, error: String(part.error) })
    } else if (part.type === 'finish') {
      const codex: JsonObject = { ...part.providerMetadata?.codex }
      delete codex.sessionId
      result.push({ ...part, providerMetadata: { codex } })
    } else {
      result.push({ ...part })
    }
  }
  return result
}

/** The input of the recorded calls of built-in tools, written by hand from the recording. */
const BUILT_IN: Record<string, { toolName: string; input: unknown }> = {
  'openai-apply-patch-tool-delete.1-1': {
    toolName: 'apply_patch',
    input: { operation: { type: 'delete_file', path: 'obsolete.txt' } },
  },
  'openai-apply-patch-tool.1-1': {
    toolName: 'apply_patch',
    input: {
      operation: {
        type: 'create_file',
        diff: expect.stringMatching(/^\+## Shopping Checklist\n\+\n\+- \[ \] Milk\n/),
        path: 'shopping-checklist.md',
      },
    },
  },
  'openai-client-tool-search.1-1': {
    toolName: 'tool_search',
    input: {
      arguments: {
        goal: 'Find a tool that can provide current weather information for San Francisco.',
      },
    },
  },
  'openai-local-shell-tool.1-1': {
    toolName: 'local_shell',
    input: { action: { type: 'exec', command: ['ls', '-a', '~'], env: {} } },
  },
  'openai-shell-tool.1-1': {
    toolName: 'shell',
    input: { action: { commands: ['ls -a ~/Desktop'], maxOutputLength: 8912 } },
  },
}

/** What the recorded items themselves say: all of `output_item.done`, in order. */
function recordedItems(lines: readonly string[]) {
  const items = lines.flatMap((line) => {
    try {
      const event = JSON.parse(line)
      return event.type === 'response.output_item.done' ? [event.item] : []
    } catch {
      return []
    }
  })
  const ofType = (type: string) => items.filter((item) => item.type === type)
  return {
    text: ofType('message')
      .flatMap((item) => item.content.map((part: { text: string }) => part.text))
      .join(''),
    summaries: ofType('reasoning').map((item) =>
      item.summary.map((part: { text: string }) => part.text).join('\n\n'),
    ),
    encrypted: ofType('reasoning').flatMap((item) => item.encrypted_content ?? []),
    calls: items
      .filter(({ type }) => type === 'function_call' || type === 'custom_tool_call')
      .map((item) => ({
        toolCallId: item.call_id,
        toolName: item.name,
        args: item.type === 'function_call' ? item.arguments : JSON.stringify(item.input),
      })),
    // Each address once: those of citations first, then those that only a search found.
    sources: firstOfEach([
      ...ofType('message')
        .flatMap((item) => item.content)
        .flatMap((part) => part.annotations)
        .filter((annotation) => annotation.type === 'url_citation'),
      ...ofType('web_search_call').flatMap((item) => item.action.sources ?? []),
    ]),
    files: ofType('image_generation_call').map((item) => ({
      data: item.result,
      mimeType: `image/${item.output_format}`,
    })),
  }
}

function firstOfEach(sources: ReadonlyArray<{ url: string; title?: string }>) {
  const byAddress = new Map<string, { url: string; title: string | undefined }>()
  for (const { url, title } of sources) {
    const address = url.replace('?utm_source=openai', '')
    if (!byAddress.has(address)) byAddress.set(address, { url, title })
  }
  return [...byAddress.values()]
}

const CASES = FIXTURES.flatMap((name) =>
  readFixture(name).map((lines, index) => [`${name}-${index + 1}`, lines] as const),
)

/** Streams that end in an error before any output, and the words of it. */
const REJECTED: Record<string, string> = {
  'openai-error.1-1': 'Codex API error 429: You exceeded your current quota',
}

/** Streams whose last event is malformed: they are cut, by the rule that a bad line is skipped. */
const CUT = ['parallel-tool-call-wrapper.1-1']

/** Streams that upstream shortened: the deltas spell another text than the item, which `doGenerate` alone can give. */
const SPELLED: Record<string, string> = { 'openai-shell-container.1-1': 'The command ran successfully.' }

test('there are recorded streams, of all kinds of content', () => {
  expect(CASES.length).toBeGreaterThan(30)
  const recorded = CASES.map(([, lines]) => recordedItems(lines))
  expect(recorded.flatMap(({ sources }) => sources)).toHaveLength(21)
  expect(recorded.flatMap(({ files }) => files)).toHaveLength(1)
  expect(recorded.flatMap(({ calls }) => calls).length).toBeGreaterThan(8)
  const names: string[] = CASES.map(([name]) => name)
  expect(Object.keys(BUILT_IN).filter((name) => !names.includes(name))).toEqual([])
})

describe.each(CASES.filter(([name]) => !(name in REJECTED) && !CUT.includes(name)))('%s', (name, lines) => {
  test('has the expected parts', async () => {
    const parts = compact(await stream(lines))
    await expect(`${JSON.stringify(parts, null, 2)}\n`).toMatchFileSnapshot(
      `./__snapshots__/fixtures/${name}.json`,
    )
  })

  test('says what the recorded items say, in both ways', async () => {
    const parts = compact(await stream(lines))
    const generated = await generate(lines)
    const recorded = recordedItems(lines)
    const all = (type: string) => parts.filter((part) => part.type === type)
    const text = all('text-delta')
      .map((part) => part.textDelta)
      .join('')
    expect(text).toBe(SPELLED[name] ?? recorded.text)
    expect(generated.text ?? '').toBe(recorded.text)

    const signatures = all('reasoning-signature').map(
      (part) => part.signature as { encryptedContent: string },
    )
    expect(signatures.map(({ encryptedContent }) => encryptedContent)).toEqual(recorded.encrypted)
    const reasoning = all('reasoning')
      .map((part) => part.textDelta)
      .join('')
    expect(reasoning.replaceAll('\n\n', '')).toBe(recorded.summaries.join('').replaceAll('\n\n', ''))

    const calls = all('tool-call').map(({ toolCallId, toolName, args }) => ({ toolCallId, toolName, args }))
    const builtIn = BUILT_IN[name]
    if (builtIn) {
      expect(calls).toHaveLength(1)
      expect(calls[0]?.toolName).toBe(builtIn.toolName)
      expect(JSON.parse(String(calls[0]?.args))).toEqual(builtIn.input)
    } else {
      expect(calls).toEqual(recorded.calls)
    }
    expect(generated.toolCalls?.map(({ toolCallType: _, ...call }) => call) ?? []).toEqual(calls)

    const sources = all('source').map(({ source }) => source as { id: string; url: string; title: string })
    expect(sources.map(({ url, title }) => ({ url, title }))).toEqual(recorded.sources)
    expect(new Set(sources.map(({ id }) => id)).size).toBe(sources.length)
    expect(generated.sources ?? []).toEqual(sources)

    const files = all('file').map(({ data, mimeType }) => ({ data, mimeType }))
    expect(files).toEqual(recorded.files)
    expect(generated.files ?? []).toEqual(files)

    expect(all('finish')).toHaveLength(1)
    expect(parts.at(-1)).toMatchObject({
      type: 'finish',
      finishReason: generated.finishReason,
      usage: generated.usage,
    })
    expect(generated.finishReason).toBe(calls.length > 0 ? 'tool-calls' : 'stop')
  })
})

test.each(Object.entries(REJECTED))('%s rejects', async (name, message) => {
  const [, lines] = CASES.find(([id]) => id === name) ?? []
  await expect(stream(lines ?? [])).rejects.toThrow(message)
  await expect(generate(lines ?? [])).rejects.toThrow(message)
})

test.each(CUT)('%s is cut, and its parts are kept', async (name) => {
  const [, lines] = CASES.find(([id]) => id === name) ?? []
  const parts = compact(await stream(lines ?? []))
  expect(parts.slice(-2)).toMatchObject([
    { type: 'error', error: expect.stringContaining('The stream was cut') },
    { type: 'finish', finishReason: 'error' },
  ])
  await expect(generate(lines ?? [])).rejects.toThrow('The stream was cut')
})
