import { APICallError } from '@ai-sdk/provider'
import { CodexUsageLimitError } from '../errors.ts'
import { sleep } from '../lib/abort.ts'
import type { JsonObject } from '../lib/json.ts'
import { keepRecent } from '../lib/lru.ts'
import { sha256 } from '../lib/runtime.ts'
import { type CodexPart, isOutput } from '../parts/part.ts'
import type { CodexRequest } from '../request/body.ts'
import { noCompaction } from '../transport/failures/stream-failures.ts'
import type { SentBy } from '../transport/transport.ts'
import { loginKey } from './client.ts'
import { sendWithRecovery } from './recover.ts'
import type { CodexAnswer, CompactionInfo, OngoingCall } from './send-call.ts'

/** An item that stands for a history. */
export interface Compaction {
  /** Only the backend reads it. */
  readonly item: JsonObject
  /** Models with this hash read it. */
  readonly compHash: string | undefined
  readonly info: CompactionInfo
  /** How it was asked for. */
  readonly sent: SentBy | undefined
}

/** Times that a compaction is asked for once more, as the Codex client does. */
const MAX_RETRIES = 2

/** Wait before the first of them, in milliseconds; doubled for the next. */
const RETRY_MS = 200

/** Compactions that wait for a retry; beyond that many, the newest stay. */
const MAX_KEPT = 20

/** No server makes a caller wait longer than that, in milliseconds. */
const LONGEST_WAIT_MS = 60_000

/**
 * Asks the backend to compact the history of a request: the request that the next turn would be, with a trigger as its
 * last item. An answer that is anything but one compaction is asked for again, twice.
 *
 * @param retriesAll True to send again after any failure that may pass, where nobody above does.
 * @throws APICallError, also for an answer without its one compaction
 * @see docs/wire.md, Compaction
 */
export async function compactHistory(
  call: OngoingCall,
  request: CodexRequest,
  retriesAll: boolean,
): Promise<Compaction> {
  const { signal } = call.call
  const asking = toCompactionRequest(request)
  for (let retry = 0; ; retry++) {
    const { compaction, error, mayPass } = await askOnce(call, asking, retriesAll)
    if (compaction) return compaction
    signal?.throwIfAborted()
    if (!mayPass || retry === MAX_RETRIES) throw error
    call.client.log?.('call.retry', { model: request.body.model, reason: 'compaction' })
    await sleep(waitOf(error, RETRY_MS * 2 ** retry), signal)
    signal?.throwIfAborted()
  }
}

/** Nothing but a compaction may come of it, so no tool is forced. */
const toCompactionRequest = (request: CodexRequest): CodexRequest => ({
  ...request,
  body: {
    ...request.body,
    input: request.body.input.concat({ type: 'compaction_trigger' }),
    tool_choice: 'auto',
  },
})

interface Asked {
  readonly compaction?: Compaction
  readonly error?: unknown
  /** True if the same request may succeed. */
  readonly mayPass?: boolean
}

async function askOnce(call: OngoingCall, request: CodexRequest, retriesAll: boolean): Promise<Asked> {
  try {
    const answer = await sendWithRecovery(call, request)
    const read = await readCompaction(answer)
    if (typeof read === 'string') return { error: answer.errorOf(noCompaction(read)), mayPass: true }
    return { compaction: { ...read, compHash: request.compHash, sent: answer.sent } }
  } catch (error) {
    return { error, mayPass: retriesAll && APICallError.isInstance(error) && error.isRetryable }
  }
}

/** Reads an answer to its end; the words of its fault where it is not one compaction. */
async function readCompaction(answer: CodexAnswer): Promise<Pick<Compaction, 'item' | 'info'> | string> {
  const items: JsonObject[] = []
  let hasOther = false
  let finish: Extract<CodexPart, { type: 'finish' }> | undefined
  for (let parts = await answer.next(); parts !== undefined; parts = await answer.next()) {
    for (const part of parts) {
      if (part.type === 'failure') throw answer.errorOf(part.failure)
      if (part.type === 'finish') finish = part
      if (part.type === 'opaque' && part.data.type === 'compaction') items.push(part.data)
      // Thinking about it does no harm.
      else if (part.type !== 'reasoning-delta' && (part.type === 'opaque' || isOutput(part))) hasOther = true
    }
  }
  const [item, ...others] = items
  if (item === undefined) return 'The answer to a compaction has no compaction item.'
  if (others.length > 0)
    return `The answer to a compaction has ${items.length} compaction items in place of one.`
  if (typeof item.encrypted_content !== 'string' || item.encrypted_content === '')
    return 'The answer to a compaction has an item without content.'
  if (hasOther) return 'The answer to a compaction has more than its item.'
  if (finish === undefined || finish.reason !== 'stop') return 'The answer to a compaction is not whole.'
  const { usage, info } = finish
  return { item, info: { model: info.model, responseId: info.id, usage } }
}

/** The wait that the server asks for, else our own. */
function waitOf(error: unknown, own: number): number {
  const headers = APICallError.isInstance(error) ? (error.responseHeaders ?? {}) : {}
  const asked = Number(headers['retry-after-ms'] ?? Number(headers['retry-after']) * 1_000)
  return Number.isFinite(asked) ? Math.min(Math.max(own, asked), LONGEST_WAIT_MS) : own
}

/**
 * Answers a call with `autoCompact`: where the last response has filled the context, the history is compacted first, and
 * the answer begins with the item, so that it stands in the history from then on. An answer that fills the context ends
 * with a mark, by which the next call knows. A compaction that fails leaves the history as it is.
 *
 * @param rebuild Builds the request anew, with the compaction at the end of its history.
 */
export async function answerCompacting(
  call: OngoingCall,
  request: CodexRequest,
  rebuild: (compaction: Compaction) => Promise<CodexRequest>,
): Promise<CodexAnswer> {
  const { compactAt, tokensToCompact } = request
  if (tokensToCompact === undefined) return marked(await sendWithRecovery(call, request), compactAt)
  const { warnings } = call.call
  const compaction = (await takeKept(call, request)) ?? (await tryToCompact(call, request))
  if (!compaction) return marked(await sendWithRecovery(call, request), compactAt)
  warnings.add({
    type: 'other',
    message: `The history was compacted before this answer: the last response used ${tokensToCompact} tokens (autoCompact: { atTokens: ${compactAt} }).`,
  })
  const answer = await sendCompacted(call, request, compaction, await rebuild(compaction))
  const { item, info } = compaction
  return { ...marked(beginningWith(answer, item), compactAt), compaction: info }
}

/** Sends the request with its compaction, which is kept for the retry of a call that fails for a passing reason. */
async function sendCompacted(
  call: OngoingCall,
  whole: CodexRequest,
  compaction: Compaction,
  request: CodexRequest,
): Promise<CodexAnswer> {
  try {
    return await sendWithRecovery(call, request)
  } catch (error) {
    if (APICallError.isInstance(error) && error.isRetryable) {
      keepRecent(call.compactions, await keyOf(call, whole), compaction, MAX_KEPT)
    }
    throw error
  }
}

/** Takes the compaction of the same history from an attempt that failed after it. */
async function takeKept(call: OngoingCall, whole: CodexRequest): Promise<Compaction | undefined> {
  if (call.compactions.size === 0) return undefined
  const key = await keyOf(call, whole)
  const kept = call.compactions.get(key)
  call.compactions.delete(key)
  return kept
}

/** A login never gets what was made for another one. */
async function keyOf({ client, getTokens }: OngoingCall, { body }: CodexRequest): Promise<string> {
  const digest = await sha256(JSON.stringify(body))
  return JSON.stringify([client.resolved.baseURL, loginKey(client, await getTokens()), digest.join()])
}

async function tryToCompact(call: OngoingCall, request: CodexRequest): Promise<Compaction | undefined> {
  try {
    return await compactHistory(call, request, false)
  } catch (error) {
    // The call itself would end the same way.
    const isFinal =
      !APICallError.isInstance(error) || error.statusCode === 401 || CodexUsageLimitError.isInstance(error)
    if (isFinal || call.call.signal?.aborted) throw error
    const message = `autoCompact failed, and the whole history is sent: ${error.message}`
    call.call.warnings.add({ type: 'other', message })
    return undefined
  }
}

/** The item goes where the answer begins, behind what `ai` takes for the head of the response. */
function beginningWith(answer: CodexAnswer, data: JsonObject): CodexAnswer {
  const item: CodexPart = { type: 'opaque', item: -1, data }
  let isFirst = true
  return {
    ...answer,
    async next() {
      const parts = await answer.next()
      if (!isFirst) return parts
      isFirst = false
      const at = (parts ?? []).findIndex(({ type }) => type === 'response') + 1
      return (parts ?? []).toSpliced(at, 0, item)
    },
  }
}

/** Marks the end of an answer that has filled the context. */
function marked(answer: CodexAnswer, atTokens = Number.POSITIVE_INFINITY): CodexAnswer {
  return {
    ...answer,
    async next() {
      const parts = await answer.next()
      const last = parts?.at(-1)
      const totalTokens = last?.type === 'finish' ? tokensOf(last) : undefined
      if (parts === undefined || totalTokens === undefined || totalTokens < atTokens) return parts
      return parts.toSpliced(-1, 0, { type: 'context-usage', totalTokens })
    },
  }
}

function tokensOf({ usage }: Extract<CodexPart, { type: 'finish' }>): number | undefined {
  const { totalTokens, inputTokens, outputTokens } = usage
  return totalTokens ?? (inputTokens === undefined ? undefined : inputTokens + (outputTokens ?? 0))
}
