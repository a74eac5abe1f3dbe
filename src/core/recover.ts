import { APICallError } from '@ai-sdk/provider'
import { errorFields, toFailure } from '../events/parse.ts'
import { asObject, textOf } from '../lib/json.ts'
import type { CodexPart } from '../parts/part.ts'
import { type CodexRequest, serializeRequest } from '../request/body.ts'
import { type FailureRow, failureRow } from '../transport/failures/table.ts'
import { isConnectionReset } from '../transport/http/connection-reset.ts'
import type { TransportAnswer } from '../transport/transport.ts'
import { loginKey } from './client.ts'
import {
  EFFORT_UPDATES,
  type ReasoningItem,
  type ReducedRequest,
  reasoningOf,
  refusedField,
  withoutField,
  withoutReasoning,
} from './leave-out.ts'
import type { ModelRefusals, ReasoningMemory } from './refusals.ts'
import { renewTokens } from './renew-tokens.ts'
import {
  type CodexAnswer,
  errorContext,
  type OngoingCall,
  readToOutput,
  type SentRequest,
  sendOnce,
} from './send-call.ts'

/** Why a request is sent again. All else that fails is left to the AI SDK's retry. */
export type ResendReason =
  /** A 401: with other tokens. */
  | 'unauthorized'
  /** The connection was reset before any byte: a server closes idle ones. */
  | 'connection'
  /** The backend can't verify one item of reasoning: without it. */
  | 'reasoning item'
  /** The backend can't verify reasoning, and it does not say which: without all that may be meant. */
  | 'reasoning'
  /** The backend refuses a field: without it. */
  | 'field'

/** Requests of one call in all, the first one included. */
const MAX_REQUESTS = 3

/** Counts how often the request of one call is sent again. */
export interface ResendBudget {
  /** True where the request may be sent again. Each reason counts once, and only while requests are left. */
  take(reason: ResendReason): boolean
}

export function createResendBudget(): ResendBudget {
  const taken = new Set<ResendReason>()
  return {
    take(reason) {
      if (taken.has(reason) || taken.size === MAX_REQUESTS - 1) return false
      taken.add(reason)
      return true
    },
  }
}

/**
 * Sends the request, without what the backend is known to refuse, and reads up to the first output. A failure before
 * that may be a {@link ResendReason}; a later one never is.
 */
export async function sendWithRecovery(call: OngoingCall, given: CodexRequest): Promise<CodexAnswer> {
  const { client } = call
  const budget = createResendBudget()
  let tokens = await call.getTokens()
  if (!client.resolved.recover) return sendAuthorized(given, () => {})
  const refusals = call.refusals.for(client.resolved.baseURL, loginKey(client, tokens), given.body.model)
  let request = refusals.leaveOut(given, call.call.warnings)
  while (true) {
    try {
      const answer = await sendAuthorized(request, (part) => noteReasoning(part, refusals))
      refusals.reasoning.accept(request)
      return answer
    } catch (error) {
      const reduced = reduce(request, error, refusals, budget, client.route.failures)
      if (!reduced) throw error
      client.log?.('call.retry', { model: request.body.model, reason: `without ${reduced.leftOut}` })
      request = reduced.request
      if (reduced.warning) call.call.warnings.add(reduced.warning)
    }
  }

  /** Sends the request, after a 401 once more with other tokens. */
  async function sendAuthorized(
    request: CodexRequest,
    onPart: (part: CodexPart) => void,
  ): Promise<CodexAnswer> {
    const sent: SentRequest = { ...serializeRequest(request), tokens }
    const first = await sendConnected(sent)
    if (first.status !== 401 || !budget.take('unauthorized')) return readToOutput(call, sent, first, onPart)
    const refusal = await first.readError(errorContext(call, sent, first))
    if (rowOf(refusal, client.route.failures).keepsLogin) throw refusal
    tokens = await renewTokens(client, call.login, tokens, refusal, call.call.signal)
    const again = { ...sent, tokens }
    return readToOutput(call, again, await sendConnected(again), onPart)
  }

  /** Sends the request, after a reset once more. */
  async function sendConnected(sent: SentRequest): Promise<TransportAnswer> {
    try {
      return await sendOnce(call, sent)
    } catch (error) {
      if (!isConnectionReset(error) || !budget.take('connection')) throw error
      client.log?.('call.retry', { model: sent.request.body.model, reason: 'the connection was reset' })
      return sendOnce(call, sent)
    }
  }
}

function noteReasoning(part: CodexPart, { reasoning }: ModelRefusals): void {
  if (part.type === 'reasoning-end' && part.encryptedContent) reasoning.acceptContent(part.encryptedContent)
}

/** The request as it may be sent once more after that error; undefined where that won't help. */
function reduce(
  request: CodexRequest,
  error: unknown,
  refusals: ModelRefusals,
  budget: ResendBudget,
  failures: readonly FailureRow[],
): ReducedRequest | undefined {
  const refused = refusedPart(error, failures)
  if (refused?.type === 'field') {
    const field = refusedField(request, refused.field)
    const reduced = withoutField(request, field)
    if (reduced) refusals.addField(field)
    return reduced && budget.take('field') ? reduced : undefined
  }
  return refused && reduceReasoning(request, refused, refusals.reasoning, budget)
}

function reduceReasoning(
  request: CodexRequest,
  { named }: Extract<RefusedPart, { type: 'reasoning' }>,
  memory: ReasoningMemory,
  budget: ResendBudget,
): ReducedRequest | undefined {
  const suspects = memory.suspectsIn(request)
  const item = suspects.length === 1 ? suspects[0] : namedItem(request, named)
  if (item && budget.take('reasoning item')) {
    memory.refuse(item)
    return withoutReasoning(request, (other) => other.encrypted_content === item.encrypted_content)
  }
  // What was good before may be refused now, as after a change of keys.
  const isRefused = suspects.length === 0 ? undefined : (other: ReasoningItem) => suspects.includes(other)
  const reduced = withoutReasoning(request, isRefused)
  if (!reduced || !budget.take('reasoning')) return undefined
  memory.suspect(suspects)
  return reduced
}

/** The part of a request that a backend refuses. */
export type RefusedPart =
  | { readonly type: 'reasoning'; readonly named: NamedReasoning }
  | { readonly type: 'field'; readonly field: string }

/** The name of a reasoning item in an error, as far as it has one. */
interface NamedReasoning {
  /** The place in the input. */
  readonly index?: number
  /** The first and the last characters of the encrypted content. */
  readonly ends?: readonly [head: string, tail: string]
}

/** The part of a request that an error refuses; undefined for any other error. */
export function refusedPart(error: unknown, failures?: readonly FailureRow[]): RefusedPart | undefined {
  if (!APICallError.isInstance(error)) return undefined
  const { message, statusCode } = error
  const param = textOf(errorFields(asObject(error.data)).param)
  const row = rowOf(error, failures)
  if (row.refuses === 'reasoning') return { type: 'reasoning', named: reasoningNamedIn(message, param) }
  if (statusCode === 400 && message.includes(EFFORT_UPDATES)) return { type: 'field', field: EFFORT_UPDATES }
  const isChoice = param === 'tool_choice' || (param === undefined && /\btool[ _]choice\b/i.test(message))
  if (statusCode === 400 && isChoice) return { type: 'field', field: 'tool_choice' }
  if (statusCode === 400 && /^include\b/.test(param ?? '')) return { type: 'field', field: 'include' }
  const field = param ?? /parameter: ['"`]?(\w+(?:\.\w+)*)/i.exec(message)?.[1]
  return row.refuses === 'field' && field !== undefined ? { type: 'field', field } : undefined
}

function rowOf({ data, message, statusCode }: APICallError, failures?: readonly FailureRow[]): FailureRow {
  const { code, type } = toFailure(asObject(data))
  return failureRow({ codes: [code, type], words: message, status: statusCode }, failures)
}

function reasoningNamedIn(message: string, param: string | undefined): NamedReasoning {
  const [, index] = /\binput\[(\d{1,6})\]/.exec(`${param ?? ''} ${message}`) ?? []
  // Shortened, such as `gAAA...Xy0=`, or whole.
  const [, head, tail] =
    /encrypted content ['"`]?([\w+/=-]{4,})(?:(?:\.{3}|…)([\w+/=-]*))?/i.exec(message) ?? []
  return {
    ...(index === undefined ? {} : { index: Number(index) }),
    ...(head === undefined ? {} : { ends: [head, tail ?? ''] }),
  }
}

/** The item that an error names; undefined where it names none, or several fit. */
function namedItem(request: CodexRequest, { index, ends }: NamedReasoning): ReasoningItem | undefined {
  const item = index === undefined ? undefined : request.body.input[index]
  if (item?.type === 'reasoning') return item
  if (!ends) return undefined
  const [head, tail] = ends
  const fitting = reasoningOf(request).filter(
    ({ encrypted_content: content }) => content.startsWith(head) && content.endsWith(tail),
  )
  return fitting.length === 1 ? fitting[0] : undefined
}
