import { inspect } from 'node:util'
import type { AuthJson } from '../../src/testing/types.ts'

/** All of a value that anybody could print: hidden fields, causes, getters, JSON. */
export const shown = (value: unknown): string =>
  [
    inspect(value, {
      depth: Number.POSITIVE_INFINITY,
      showHidden: true,
      maxStringLength: null,
      getters: true,
    }),
    String(value),
    JSON.stringify(value) ?? '',
  ].join('\n')

/** The secrets of a login: the tokens, and the part of a JWT that nobody can guess. */
export const secretsOf = ({ tokens }: AuthJson): string[] =>
  [tokens.access_token, tokens.refresh_token, tokens.id_token].flatMap((token) => {
    const signature = token.split('.')[2]
    return signature === undefined ? [token] : [token, signature]
  })
