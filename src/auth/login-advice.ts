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

/** Words in which errors speak of a kind of login. */
export interface LoginWords {
  /** Name of the login, as in "the … login". */
  readonly name: string
  /** Advice if there is no login. */
  readonly logIn: string
  /** Advice if the login has ended. */
  readonly logInAgain: string
  /** Advice to choose another file, as the end of a sentence. */
  readonly otherFile: string
}

/** Words for the login of the Codex CLI. */
export const CODEX_WORDS: LoginWords = {
  name: 'Codex',
  logIn: LOG_IN,
  logInAgain: LOG_IN_AGAIN,
  otherFile: 'point `authFile` or CODEX_AUTH_FILE to another file',
}
