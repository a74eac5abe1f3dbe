import { type Exchange, send } from '../exchange.ts'
import type { ServerState } from '../state.ts'
import { admit } from './access.ts'

/** `GET …/wham/accounts/check`: where the requests of a workspace go; an account of ours stays here. */
export function checkAccounts(state: ServerState, exchange: Exchange): void {
  const account = admit(state, exchange)
  if (!account) return
  const { accountId, planType, authClaims } = account
  send(exchange, 200, {
    accounts: [
      {
        id: accountId,
        name: 'Personal',
        structure: 'personal',
        plan_type: planType,
        workspace_backend_origin: 'NO_CONSTRAINT',
        account_routing_override: authClaims.chatgpt_account_is_fedramp === true ? 'us_cr' : 'NO_CONSTRAINT',
      },
    ],
    account_ordering: [accountId],
    default_account_id: accountId,
  })
}
