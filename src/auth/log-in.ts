const WITH = 'with `npx ai-sdk-provider-codex login` or `npx @openai/codex login`.'

/** The way out of an error where there is no login. */
export const LOG_IN = `Log in ${WITH}`

/** The way out of an error where a login has ended. */
export const LOG_IN_AGAIN = `Log in again ${WITH}`
