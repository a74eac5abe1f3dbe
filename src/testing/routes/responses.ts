import { createHash } from 'node:crypto'
import { catalogueEtag, modelsFor } from '../catalogue.ts'
import { encryptedContent, type Turn, turnEvents } from '../events.ts'
import { type Exchange, playHttp, send, sendStream } from '../exchange.ts'
import { gatherFacts } from '../facts.ts'
import { asArray, asObject, asText } from '../json.ts'
import { findRefusal } from '../refusals.ts'
import { planTurn } from '../small-model.ts'
import type { ServerState } from '../state.ts'
import { frameEvents } from '../stream.ts'
import type { Account } from '../tokens.ts'
import type { Answer, JsonObject, StreamShape } from '../types.ts'

const RESPONSE_FIELDS = [
  'parallel_tool_calls',
  'prompt_cache_key',
  'reasoning',
  'service_tier',
  'store',
  'text',
  'tool_choice',
]

const digest = (text: string) => createHash('sha256').update(text).digest('hex')

/** The headers that each answer of the backend carries. */
function answerHeaders(
  state: ServerState,
  client: { account: Account | undefined; version: string },
  seed: string,
): Record<string, string> {
  const now = Math.floor(state.now() / 1000)
  return {
    'content-type': 'text/event-stream',
    'x-codex-primary-used-percent': '12',
    'x-codex-primary-window-minutes': '300',
    'x-codex-primary-reset-at': String(now + 7200),
    'x-codex-primary-reset-after-seconds': '7200',
    'x-codex-secondary-used-percent': '34',
    'x-codex-secondary-window-minutes': '10080',
    'x-codex-secondary-reset-at': String(now + 400_000),
    'x-codex-secondary-reset-after-seconds': '400000',
    'x-codex-primary-over-secondary-limit-percent': '0',
    'x-codex-plan-type': client.account?.planType ?? 'plus',
    'x-codex-credits-has-credits': 'False',
    'x-codex-credits-unlimited': 'False',
    'x-codex-credits-balance': '',
    'x-models-etag': catalogueEtag(modelsFor(state.models, client.version)),
    'x-reasoning-included': 'true',
    'x-codex-turn-state': `ts_${seed.slice(0, 24)}`,
    'x-request-id': `req_${seed.slice(24, 48)}`,
  }
}

/** The turn of a scripted answer. */
function scriptedTurn(answer: Extract<Answer, { type: 'text' | 'tool-calls' }>): Turn {
  const reasoning = answer.reasoning === undefined ? {} : { reasoning: { summary: answer.reasoning } }
  if (answer.type === 'text') {
    return { ...reasoning, text: answer.text, ...(answer.phase === undefined ? {} : { phase: answer.phase }) }
  }
  return { ...reasoning, calls: answer.calls, ...(answer.text === undefined ? {} : { text: answer.text }) }
}

function eventsOf(
  turn: Turn,
  body: JsonObject,
  context: { seed: string; now: number; length: number },
): JsonObject[] {
  const wantsContent = asArray(body.include).includes('reasoning.encrypted_content')
  const reasoning =
    turn.reasoning && wantsContent
      ? { reasoning: { encryptedContent: encryptedContent(context.seed), ...turn.reasoning } }
      : {}
  return turnEvents(
    { ...turn, ...reasoning },
    {
      model: asText(body.model),
      seed: context.seed,
      createdAt: Math.floor(context.now / 1000),
      inputTokens: Math.ceil(context.length / 4),
      response: Object.fromEntries(
        RESPONSE_FIELDS.flatMap((name) => (name in body ? [[name, body[name]]] : [])),
      ),
    },
  )
}

function rememberContents(state: ServerState, events: readonly JsonObject[]): void {
  for (const event of events) {
    const content = asObject(event.item).encrypted_content
    if (typeof content === 'string') state.issuedContents.add(content)
  }
}

async function stream(
  state: ServerState,
  exchange: Exchange,
  events: readonly JsonObject[],
  shape: StreamShape,
  headers: Record<string, string>,
): Promise<void> {
  rememberContents(state, events)
  const head = { status: shape.status, headers: { ...headers, ...shape.headers } }
  await sendStream(exchange, head, frameEvents(events, shape), shape.end)
}

/** `POST …/responses`: the refusals first, then the next answer in line, else the small model. */
export async function respond(state: ServerState, exchange: Exchange): Promise<void> {
  const { record } = exchange
  const access = state.logins.checkAccess(record.headers.authorization)
  const facts = gatherFacts(record, {
    access,
    models: state.models,
    modelIds: state.modelIds,
    issued: state.issuedContents,
  })
  const refusal = findRefusal(facts)
  if (refusal) {
    record.refusedBy = refusal.id
    send(exchange, refusal.status, refusal.body)
    return
  }
  const seed = digest(`${state.turns++}:${record.text}`)
  const { account } = access
  const headers = answerHeaders(state, { account, version: record.headers.version ?? '' }, seed)
  const context = { seed, now: state.now(), length: record.text.length }
  const say = (turn: Turn, shape: StreamShape) =>
    stream(state, exchange, eventsOf(turn, facts.body, context), shape, headers)

  const answer = state.answers.shift()
  if (answer === undefined) return say(planTurn(facts.body), {})
  switch (answer.type) {
    case 'text':
    case 'tool-calls':
      return say(scriptedTurn(answer), answer)
    case 'events':
      return stream(state, exchange, answer.events, answer, headers)
    default:
      return playHttp(exchange, answer, headers)
  }
}
