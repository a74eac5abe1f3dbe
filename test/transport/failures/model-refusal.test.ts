import { describe, expect, test } from 'vitest'
import { toFailure } from '../../../src/events/parse.ts'
import { responseError, streamError } from '../../../src/transport/failures/errors.ts'
import { FAILURES } from '../../../src/transport/failures/table.ts'
import { rejection } from '../../adapters/v1/support.ts'
import { startProvider } from '../../support/provider.ts'

const CONTEXT = { url: 'http://127.0.0.1/responses', requestBodyValues: {}, modelId: 'gpt-5,5' }
const IDS = ['gpt-6.1-sol', 'gpt-6-luna', 'gpt-5.5']

const detail = (words: string) => JSON.stringify({ detail: words })
const platform = (message: string, fields: object = {}) => JSON.stringify({ error: { message, ...fields } })

const CAUSES = FAILURES.find(({ refuses }) => refuses === 'model')?.advice

test('the likely causes', () => {
  for (const cause of ['spelling', 'plan', 'retired', 'clientVersion', 'originator'])
    expect(CAUSES).toContain(cause)
})

const UNSUPPORTED = "The 'gpt-5,5' model is not supported when using Codex with a ChatGPT account."
const TOO_OLD = "The 'gpt-5,5' model requires a newer version of Codex. Please upgrade and try again."
const NOT_FOUND = 'Model not found gpt-5,5'
const NO_ACCESS = 'The model `gpt-5,5` does not exist or you do not have access to it.'

describe('an HTTP answer that refuses the model (BR-32)', () => {
  test.each<[number, string, string]>([
    [400, detail(UNSUPPORTED), UNSUPPORTED],
    [400, detail(TOO_OLD), TOO_OLD],
    [400, detail(NOT_FOUND), `${NOT_FOUND}.`],
    [404, detail(NOT_FOUND), `${NOT_FOUND}.`],
    [404, platform(NOT_FOUND), `${NOT_FOUND}.`],
    [404, platform(NO_ACCESS, { type: 'invalid_request_error', code: 'model_not_found' }), NO_ACCESS],
    [404, platform('No.', { type: 'invalid_request_error', code: 'model_not_found' }), 'No.'],
    [404, NOT_FOUND, `${NOT_FOUND}.`],
    // Whatever the status, it is the same again next time.
    [503, detail(UNSUPPORTED), UNSUPPORTED],
    [429, detail(TOO_OLD), TOO_OLD],
  ])('%i %s', (status, body, words) => {
    const error = responseError(status, body, { ...CONTEXT, availableModels: () => IDS })
    expect(error.message).toBe(
      `Codex API error ${status}: ${words} ${CAUSES} ` +
        'Did you mean gpt-5.5? This login may use: gpt-6.1-sol, gpt-6-luna, gpt-5.5.',
    )
    expect(error).toMatchObject({ statusCode: status, isRetryable: false, responseBody: body })
  })

  test.each<[number, string]>([
    [404, detail('Not Found')],
    [400, detail("Unsupported value: 'none' is not supported with the 'x' model.")],
    [400, detail('Instructions are not valid')],
    [404, platform("Item with id 'rs_1' not found.")],
  ])('%i %s is not about the model', (status, body) => {
    const error = responseError(status, body, { ...CONTEXT, availableModels: () => IDS })
    expect(error.message).not.toContain(CAUSES)
  })
})

describe('a stream that refuses the model', () => {
  test.each<[string, object, number]>([
    ['response.failed without a code', { error: { message: UNSUPPORTED } }, 400],
    ['response.failed, unknown code', { error: { code: 'server_error', message: TOO_OLD } }, 400],
    ['response.failed, code only', { error: { code: 'model_not_found', message: null } }, 400],
    ['error event with a status', { type: 'error', status_code: 404, error: { message: NOT_FOUND } }, 404],
    ['flat error event', { type: 'error', message: NO_ACCESS }, 400],
  ])('%s', (_, holder, statusCode) => {
    const failure = toFailure(holder as Record<string, unknown>)
    const error = streamError(failure, { ...CONTEXT, availableModels: () => IDS })
    expect(error).toMatchObject({ statusCode, isRetryable: false, data: holder })
    expect(error.message).toContain(failure.message ?? failure.code ?? '?')
    expect(error.message).toContain('Did you mean gpt-5.5?')
    expect(error.message).toContain('This login may use: gpt-6.1-sol, gpt-6-luna, gpt-5.5.')
  })
})

describe('what this login may use', () => {
  const messageFor = (modelId: string | undefined, ids: readonly string[] | undefined) =>
    responseError(400, detail(UNSUPPORTED), { ...CONTEXT, modelId, availableModels: () => ids }).message

  test.each([[undefined], [[]]])('a catalogue that is not at hand: %j', (ids) => {
    expect(messageFor('gpt-5,5', ids)).toBe(`Codex API error 400: ${UNSUPPORTED} ${CAUSES}`)
  })

  test.each([
    ['gpt-6-lune', 'gpt-6-luna'],
    ['GPT-6-LUNA', 'gpt-6-luna'],
    ['gpt-6.1', 'gpt-6.1-sol'],
    ['luna', 'gpt-6-luna'],
    ['gpt5.5', 'gpt-5.5'],
    // Nothing near, or the very id: then there is nothing to guess.
    ['brand-new-model', undefined],
    ['o3', undefined],
    ['gpt-5.5', undefined],
    [undefined, undefined],
  ])('the id nearest to %s is %s', (modelId, nearest) => {
    const hint = nearest === undefined ? '' : ` Did you mean ${nearest}?`
    expect(messageFor(modelId, IDS)).toContain(`${CAUSES}${hint} This login`)
  })

  test('hidden models of the catalogue are not named', async () => {
    const { codex, server } = await startProvider()
    const listed = (await codex.models()).map(({ id }) => id)
    server.answer({ type: 'error', status: 400, body: { detail: UNSUPPORTED } })
    const error = await rejection(
      codex('gpt-5,5').doGenerate({
        inputFormat: 'prompt',
        mode: { type: 'regular' },
        prompt: [{ role: 'user', content: [{ type: 'text', text: 'hi' }] }],
      }),
    )
    expect(error).toHaveProperty('message', expect.stringContaining(`This login may use: ${listed[0]}, `))
    expect(error).toHaveProperty('message', expect.not.stringMatching(/auto-review|daybreak/))
  })

  test('ten ids, and how many more', () => {
    const many = Array.from({ length: 13 }, (_, index) => `m${index}`)
    expect(messageFor('x', many)).toMatch(/This login may use: m0, m1, .*m9, and 3 more\.$/)
    expect(messageFor('x', many.slice(0, 10))).toMatch(/m9\.$/)
  })

  test('the catalogue is asked for such an error only', () => {
    const availableModels = () => {
      throw new Error('asked')
    }
    expect(responseError(400, detail('Other'), { ...CONTEXT, availableModels }).message).toContain('Other')
  })
})
