const WITH = 'with `npx ai-sdk-provider-codex login` or `npx @openai/codex login`.'

/** The way out of an error where there is no login. */
export const LOG_IN = `Log in ${WITH}`

/** The way out where the tokens of the environment have ended. */
export const NEW_ENV_TOKEN =
  'It comes from CODEX_ACCESS_TOKEN: set a new one there, or unset it to use the login file.'

/** The way out of an error where a login has ended. */
export const LOG_IN_AGAIN = `Log in again ${WITH}`
