import { type Exchange, send } from '../exchange.ts'
import type { ServerState } from '../state.ts'
import { admit } from './access.ts'

/** `GET …/v1/user-auth-credential/whoami`: the account of a personal access token; the tokens of a login are refused. */
export function whoami(state: ServerState, exchange: Exchange): void {
  const account = admit(state, exchange)
  if (!account) return
  if (!exchange.record.headers.authorization?.startsWith('Bearer at-')) {
    exchange.record.refusedBy = 'personal-token'
    send(exchange, 401, { detail: 'Not a personal access token' })
    return
  }
  const { accountId, planType, email, authClaims } = account
  send(exchange, 200, {
    user_id: `user-${accountId}`,
    email,
    chatgpt_account_id: accountId,
    chatgpt_user_id: `user-${accountId}`,
    chatgpt_plan_type: planType,
    chatgpt_account_is_fedramp: authClaims.chatgpt_account_is_fedramp === true,
  })
}
