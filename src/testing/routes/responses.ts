import { createHash } from 'node:crypto'
import { catalogueEtag, modelsFor } from '../catalogue.ts'
import { encryptedContent, type Turn, turnEvents } from '../events.ts'
import { type Exchange, playHttp, send, sendStream } from '../exchange.ts'
import { gatherFacts } from '../facts.ts'
import { asArray, asObject, asText } from '../json.ts'
import { type FoundRefusal, findRefusal, REFUSALS, type Refusal } from '../refusals.ts'
import { planTurn } from '../small-model.ts'
import type { ServerState } from '../state.ts'
import { frameEvents } from '../stream.ts'
import type { Account } from '../tokens.ts'
import type { Answer, HttpAnswer, JsonObject, RecordedRequest, StreamShape } from '../types.ts'

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
export function answerHeaders(
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

/** How a backend differs from others. */
export interface Backend {
  readonly refusals: readonly Refusal[]
  /** Headers of each answer. */
  readonly headers: typeof answerHeaders
}

const CODEX: Backend = { refusals: REFUSALS, headers: answerHeaders }

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
  context: { seed: string; now: number; length: number; compHash: string },
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
      inputTokens: Math.ceil(context.length / CHARACTERS_PER_TOKEN),
      ...(context.compHash === '' ? {} : { compHash: context.compHash }),
      response: Object.fromEntries(
        RESPONSE_FIELDS.flatMap((name) => (name in body ? [[name, body[name]]] : [])),
      ),
    },
  )
}

/** Roughly, as the stand-in counts. */
const CHARACTERS_PER_TOKEN = 4

const tooLong = (id: string): JsonObject[] => [
  { type: 'response.created', response: { id, status: 'in_progress' } },
  {
    type: 'response.failed',
    response: {
      id,
      status: 'failed',
      error: {
        code: 'context_length_exceeded',
        message:
          'Your input exceeds the context window of this model. Please adjust your input and try again.',
      },
    },
  },
]

function rememberContents(state: ServerState, events: readonly JsonObject[]): void {
  for (const event of events) {
    const content = asObject(event.item).encrypted_content
    if (typeof content === 'string') state.issuedContents.add(content)
  }
}

/** The answer to a request that is not refused: the events of one turn with their shape, or an answer on the level of HTTP. */
export interface PlannedAnswer {
  /** Headers that each answer carries. */
  readonly headers: Record<string, string>
  readonly answer: { type: 'events'; events: readonly JsonObject[]; shape: StreamShape } | HttpAnswer
}

/** Refuses a request, or plans its answer: the next one in line, else the small model's. */
export function planAnswer(
  state: ServerState,
  record: Pick<RecordedRequest, 'headers' | 'text'>,
  backend = CODEX,
): { refusal: FoundRefusal } | PlannedAnswer {
  const access = state.logins.checkAccess(record.headers.authorization)
  const facts = gatherFacts(record, {
    access,
    models: state.models,
    modelIds: state.modelIds,
    issued: state.issuedContents,
  })
  const refusal = findRefusal(facts, backend.refusals)
  if (refusal) return { refusal }
  const seed = digest(`${state.turns++}:${record.text}`)
  const { account } = access
  const headers = backend.headers(state, { account, version: record.headers.version ?? '' }, seed)
  const { length } = record.text
  const context = { seed, now: state.now(), length, compHash: asText(facts.model?.comp_hash) }
  const play = (events: readonly JsonObject[], shape: StreamShape): PlannedAnswer => {
    rememberContents(state, events)
    return { headers, answer: { type: 'events', events, shape } }
  }

  if (length / CHARACTERS_PER_TOKEN > (state.contextWindow ?? Number.POSITIVE_INFINITY))
    return play(tooLong(`resp_${seed.slice(0, 40)}`), {})

  const answer = state.answers.shift()
  if (answer === undefined) return play(eventsOf(planTurn(facts.body), facts.body, context), {})
  switch (answer.type) {
    case 'text':
    case 'tool-calls':
      return play(eventsOf(scriptedTurn(answer), facts.body, context), answer)
    case 'events':
      return play(answer.events, answer)
    default:
      return { headers, answer }
  }
}

/** `POST …/responses`. */
export const respond = (state: ServerState, exchange: Exchange): Promise<void> =>
  answerWith(CODEX, state, exchange)

/** Refuses a request, or answers it. */
export async function answerWith(backend: Backend, state: ServerState, exchange: Exchange): Promise<void> {
  const { record } = exchange
  const planned = planAnswer(state, record, backend)
  if ('refusal' in planned) {
    const { refusal } = planned
    record.refusedBy = refusal.id
    send(exchange, refusal.status, refusal.body)
    return
  }
  const { headers, answer } = planned
  if (answer.type !== 'events') return playHttp(exchange, answer, headers)
  const { events, shape } = answer
  const head = { status: shape.status, headers: { ...headers, ...shape.headers } }
  await sendStream(exchange, head, frameEvents(events, shape), shape.end)
}
