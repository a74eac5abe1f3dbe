import { modelsFor } from '../catalogue.ts'
import { type Exchange, send } from '../exchange.ts'
import { PLAN_ACCESS_REFUSALS, PLAN_REFUSALS } from '../plan-refusals.ts'
import type { ServerState } from '../state.ts'
import { admit } from './access.ts'
import { answerWith, type Backend } from './responses.ts'

/** What answers over a plan: streams have no content type, and no limits are reported. */
const CHATGPT: Backend = {
  refusals: PLAN_REFUSALS,
  headers: (_state, _client, seed) => ({ 'x-request-id': `req_${seed.slice(24, 48)}` }),
}

/** `GET /v1/models`. */
export function listPlanModels(state: ServerState, exchange: Exchange): void {
  if (!admit(state, exchange, PLAN_ACCESS_REFUSALS)) return
  // Newer models are shown to those who name a version.
  const version = exchange.url.searchParams.get('client_version') ?? '0.0.0'
  send(exchange, 200, { models: modelsFor(state.models, version) })
}

/** `POST /v1/responses`. */
export const respondOnPlan = (state: ServerState, exchange: Exchange): Promise<void> =>
  answerWith(CHATGPT, state, exchange)
