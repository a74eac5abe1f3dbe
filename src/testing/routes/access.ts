import { type Exchange, send } from '../exchange.ts'
import { gatherFacts } from '../facts.ts'
import { ACCESS_REFUSALS, findRefusal, type Refusal } from '../refusals.ts'
import type { ServerState } from '../state.ts'
import type { Account } from '../tokens.ts'

/** The account of a request to the backend, or undefined once a request without a good login has been refused. */
export function admit(
  state: ServerState,
  exchange: Exchange,
  refusals: readonly Refusal[] = ACCESS_REFUSALS,
): Account | undefined {
  const { record } = exchange
  const access = state.logins.checkAccess(record.headers.authorization)
  const facts = gatherFacts(record, { access, models: state.models, issued: state.issuedContents })
  const refusal = findRefusal(facts, refusals)
  if (!refusal) return access.account
  record.refusedBy = refusal.id
  send(exchange, refusal.status, refusal.body)
  return undefined
}
