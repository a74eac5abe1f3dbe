const WITH = 'with `npx ai-sdk-provider-codex login` or `npx @openai/codex login`.'

/** Advice if there is no login. */
export const LOG_IN = `Log in ${WITH}`

/** Advice if the tokens of the environment have ended. */
export const NEW_ENV_TOKEN =
  'It comes from CODEX_ACCESS_TOKEN: set a new one there, or unset it to use the login file.'

/** Advice if a personal access token has ended. */
export const NEW_PERSONAL_TOKEN = 'Create a new one, and set it where this one came from.'

/** Advice if a login has ended. */
export const LOG_IN_AGAIN = `Log in again ${WITH}`
