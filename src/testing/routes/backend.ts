import { catalogueEtag, modelsFor } from '../catalogue.ts'
import { type Exchange, send } from '../exchange.ts'
import type { ServerState } from '../state.ts'
import { admit } from './access.ts'

/** `GET …/models?client_version=…`. */
export function listModels(state: ServerState, exchange: Exchange): void {
  if (!admit(state, exchange)) return
  const version = exchange.url.searchParams.get('client_version')
  if (!version) {
    send(exchange, 400, { detail: [{ loc: ['query', 'client_version'], msg: 'Field required' }] })
    return
  }
  const models = modelsFor(state.models, version)
  const etag = catalogueEtag(models)
  if (exchange.record.headers['if-none-match'] === etag) {
    exchange.response.writeHead(304, { etag }).end()
    return
  }
  send(exchange, 200, { models }, { etag })
}

/** `GET …/wham/usage`. */
export function showUsage(state: ServerState, exchange: Exchange): void {
  const account = admit(state, exchange)
  if (!account) return
  const now = Math.floor(state.now() / 1000)
  const window = (percent: number, length: number, left: number) => ({
    used_percent: percent,
    limit_window_seconds: length,
    reset_after_seconds: left,
    reset_at: now + left,
  })
  send(exchange, 200, {
    account_id: account.accountId,
    email: account.email,
    plan_type: account.planType,
    rate_limit: {
      allowed: true,
      limit_reached: false,
      primary_window: window(12, 18_000, 7200),
      secondary_window: window(34, 604_800, 400_000),
    },
    credits: { has_credits: false, unlimited: false, balance: '0' },
    additional_rate_limits: [],
  })
}

/** `GET …/wham/rate-limit-reset-credits`: none, unless an answer is in line. */
export function listResetCredits(state: ServerState, exchange: Exchange): void {
  if (admit(state, exchange)) send(exchange, 200, { available_count: 0, credits: [] })
}
