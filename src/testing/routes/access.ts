import { type Exchange, send } from '../exchange.ts'
import { gatherFacts } from '../facts.ts'
import { ACCESS_REFUSALS, findRefusal } from '../refusals.ts'
import type { ServerState } from '../state.ts'
import type { Account } from '../tokens.ts'

/** The account of a request to the backend, or undefined once a request without a good login has been refused. */
export function admit(state: ServerState, exchange: Exchange): Account | undefined {
  const { record } = exchange
  const access = state.logins.checkAccess(record.headers.authorization)
  const facts = gatherFacts(record, { access, models: state.models, issued: state.issuedContents })
  const refusal = findRefusal(facts, ACCESS_REFUSALS)
  if (!refusal) return access.account
  record.refusedBy = refusal.id
  send(exchange, refusal.status, refusal.body)
  return undefined
}
