import type { CodexTokens } from './tokens.ts'

/** Facts about the account of a personal access token, which holds no claims of its own. */
export interface PersonalAccount {
  readonly accountId: string
  readonly userId: string | undefined
  readonly email: string | undefined
  readonly planType: string | undefined
  readonly isFedramp: boolean
}

/** True for a personal access token (`at-…`): it is not a JWT, states no expiry and can't be renewed. */
export const isPersonalToken = (accessToken: string | undefined): boolean =>
  accessToken?.startsWith('at-') === true

const accounts = new WeakMap<CodexTokens, PersonalAccount>()

/** Returns the tokens with their account, whose facts {@link personalAccountOf} then knows. */
export function withPersonalAccount(tokens: CodexTokens, account: PersonalAccount): CodexTokens {
  const known = { ...tokens, accountId: account.accountId }
  accounts.set(known, account)
  return known
}

/** Returns the account that was looked up for these tokens. */
export const personalAccountOf = (tokens: CodexTokens): PersonalAccount | undefined => accounts.get(tokens)
