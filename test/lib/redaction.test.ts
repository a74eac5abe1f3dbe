import { inspect } from 'node:util'
import { describe, expect, test } from 'vitest'
import { createRedactor } from '../../src/lib/redaction.ts'

const JWT = `eyJhbGciOiJSUzI1NiJ9.${'a1_-'.repeat(60)}.c2lnbmF0dXJl`
const OPAQUE = 'opaque/access+token=of"a\\login'
const SECRETS = [JWT, OPAQUE]
const redactor = createRedactor(SECRETS)

const base64 = (text: string, before = '') => Buffer.from(before + text).toString('base64')
const unicodeEscaped = (text: string) =>
  [...text].map((character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`).join('')

/** Each way that we know of to write a secret. */
const FORMS: Array<[string, (secret: string) => string]> = [
  ['as it is', (secret) => secret],
  ['as a JSON string', (secret) => JSON.stringify(secret)],
  ['as a JSON string within JSON', (secret) => JSON.stringify(JSON.stringify(secret))],
  ['with unicode escapes', unicodeEscaped],
  ['with unicode escapes, within JSON', (secret) => JSON.stringify(unicodeEscaped(secret)).slice(1, -1)],
  ['with escaped slashes', (secret) => secret.replaceAll('/', '\\/')],
  ['percent-encoded', encodeURIComponent],
  ['in base64', (secret) => base64(secret)],
  ['in base64, one byte on', (secret) => base64(secret, 'x')],
  ['in base64, two bytes on', (secret) => base64(secret, 'xy')],
  ['in base64url', (secret) => Buffer.from(`??>${secret}`).toString('base64url')],
  ['its first part', (secret) => `${secret.slice(0, 16)}…`],
  ['its first letters, at the end', (secret) => secret.slice(0, 8)],
]

/** The longest piece of the secret's form that is left, apart from the few characters at its ends. */
function pieceLeft(form: string, shown: string): string | undefined {
  for (let at = 0; at + 8 <= form.length; at++)
    if (shown.includes(form.slice(at, at + 8))) return form.slice(at, at + 8)
  return undefined
}

describe.each(SECRETS.map((secret) => [secret.slice(0, 6), secret] as const))('%s…', (_, secret) => {
  test.each(FORMS)('%s', (_, write) => {
    const form = write(secret)
    const shown = redactor.text(`The backend said: ${form}`)
    expect(shown).toMatch(/^The backend said: "?(?:\\*")?.{0,12}\[redacted\]/)
    expect(pieceLeft(form, shown.slice('The backend said: '.length))).toBeUndefined()
  })

  test('in JSON, as a value and as a name', () => {
    const json = { [secret]: [`a ${secret}`, `\n${secret}`, 7, null], 'the "rest"': '"\\/' }
    expect(redactor.json(json)).toEqual({
      '[redacted]': ['a [redacted]', '\n[redacted]', 7, null],
      'the "rest"': '"\\/',
    })
  })
})

test.each(SECRETS)('base64 is hidden from its first character on', (secret) => {
  expect(redactor.text(`It is ${base64(secret)}`)).toMatch(/^It is \[redacted\].{0,4}$/)
})

test('what only looks like a token', () => {
  const jwt = 'eyJhbGciOiJub25lIn0.e30.'
  const words = `Bearer abc.def-1== and rt_12345678, "\\n${jwt}" and ${base64(jwt)}`
  expect(createRedactor().text(words)).toBe('[redacted] and [redacted], "\\n[redacted]" and [redacted]')
})

test('a personal access token, and words that begin alike', () => {
  const { text } = createRedactor()
  expect(text('Token at-Ab3dEfGhIjKlMnOpQr_s, "\\nat-Ab3dEfGhIjKlMnOpQr"')).toBe(
    'Token [redacted], "\\n[redacted]"',
  )
  for (const words of ['at-least-once-delivery', 'at-2026-11-28', 'format-0123456789abcdef'])
    expect(text(words)).toBe(words)
})

test.each(['', 'nothing here', 'C:\\new\\u0041 and \\/ stay', '\\\\\\', `${'x'.repeat(2000)}eyJ`])(
  'a text without secrets stays as it is: %j',
  (text) => {
    expect(redactor.text(text)).toBe(text)
  },
)

describe('the cause of an error', () => {
  test('stays the same object where it holds no secret', () => {
    const cause = new TypeError('fetch failed', {
      cause: Object.assign(new Error('other side closed'), {
        code: 'UND_ERR_SOCKET',
        socket: { remotePort: 1 },
      }),
    })
    expect(redactor.cause(cause)).toBe(cause)
    expect(redactor.cause('a string')).toBe('a string')
    expect(redactor.cause(undefined)).toBeUndefined()
  })

  class OwnError extends Error {
    override name = 'OwnError'
    code = 'E_OWN'
    config = { headers: { authorization: `Bearer ${JWT}` } }
  }

  test.each<[string, unknown]>([
    ['in its message', new Error(`refused: ${JWT}`)],
    ['in a deeper message', new Error('a', { cause: new Error('b', { cause: new Error(JWT) }) })],
    ['in a field', Object.assign(new Error('a'), { code: 'E_OWN', token: OPAQUE })],
    ['in a field of a class of its own', new OwnError('a')],
    [
      'in headers, which hide what they hold',
      Object.assign(new Error('a'), { headers: new Headers({ a: JWT }) }),
    ],
    [
      'in a stack that it inherits',
      Object.create({ __proto__: Error.prototype, name: 'E', message: 'a', stack: `a ${JWT}` }),
    ],
    [
      'in a message that it inherits',
      Object.create({ __proto__: Error.prototype, name: 'E', message: JWT, stack: 'a' }),
    ],
    [
      'in a name that it inherits',
      Object.create({ __proto__: Error.prototype, name: JWT, message: 'a', stack: 'a' }),
    ],
    ['in one of several errors', new AggregateError([new Error('x'), new Error(OPAQUE)], 'all')],
    ['in a string', `refused ${OPAQUE}`],
    ['in an object that is no error', { message: JWT, code: 'E_OWN' }],
    [
      'too deep to look',
      Array.from({ length: 30 }).reduce<Error>((cause) => new Error('a', { cause }), new Error(JWT)),
    ],
  ])('is a copy without it: %s', (_, cause) => {
    const shown = inspect(redactor.cause(cause), { depth: 40, showHidden: true })
    for (const secret of SECRETS) expect(shown).not.toContain(secret)
  })

  test('a copy keeps what else is known of the failure', () => {
    const inner = Object.assign(new Error(`closed by ${JWT}`), {
      code: 'ECONNRESET',
      syscall: 'read',
      errno: -104,
    })
    const copy = redactor.cause(new TypeError('fetch failed', { cause: inner }))
    expect(copy).toMatchObject({
      name: 'TypeError',
      message: 'fetch failed',
      cause: { message: 'closed by [redacted]', code: 'ECONNRESET', syscall: 'read', errno: -104 },
    })
    expect(copy).toBeInstanceOf(Error)
    // As in any error, so that who catches it may add to it.
    const { code, message } = Object.getOwnPropertyDescriptors(
      (copy as Error).cause as Error & { code: string },
    )
    expect(code).toMatchObject({ writable: true, enumerable: true, configurable: true })
    expect(message).toMatchObject({ writable: true, enumerable: false, configurable: true })
  })

  test('a circle of causes, and a getter that throws', () => {
    const cause: Error = new Error(JWT)
    cause.cause = cause
    Object.defineProperty(cause, 'trap', {
      enumerable: true,
      get: () => {
        throw new Error('no')
      },
    })
    expect(redactor.cause(cause)).toMatchObject({ message: '[redacted]' })
  })
})
