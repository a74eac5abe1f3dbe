import { APICallError } from '@ai-sdk/provider'
import type { CodexTokens } from '../auth/tokens.ts'
import { addUsage, MAX_IMAGE_CHARACTERS, readImageAnswer } from '../images/answer.ts'
import { type ImageRequestBody, toImageRequest, withoutImageField } from '../images/body.ts'
import type { CodexImage, CodexImageCall, CodexImages } from '../images/call.ts'
import { MAX_IMAGES_PER_REQUEST } from '../images/limits.ts'
import { readImageOptions } from '../images/options.ts'
import { isObject, parseObject } from '../lib/json.ts'
import { replaceLoneSurrogates } from '../lib/json-text.ts'
import { readText } from '../lib/read-body.ts'
import { mergeHeaders, warnOfHeaders } from '../request/headers.ts'
import { type CallContext, localError, responseError, streamError } from '../transport/failures/errors.ts'
import { localFailure } from '../transport/failures/stream-failures.ts'
import type { FailureRow } from '../transport/failures/table.ts'
import { isConnectionReset } from '../transport/http/connection-reset.ts'
import {
  type BodyLimits,
  lateBody,
  readError,
  readHeaders,
  send,
  undecodedMessage,
} from '../transport/http/send.ts'
import { MAX_HEAD } from '../transport/message-limits.ts'
import { warnOfSettings } from './check-settings.ts'
import { type Client, loginHeaders, secretsOf } from './client.ts'
import type { Login } from './login.ts'
import { createResendBudget, refusedPart } from './recover.ts'
import { renewTokens } from './renew-tokens.ts'
import type { ImageRoute } from './route-entries.ts'

/** An image model of one route. */
export interface ImageModelSetup {
  readonly modelId: string
  readonly images: ImageRoute
}

/** A call on its way, the same for all its requests. */
interface OngoingImages {
  readonly call: CodexImageCall
  readonly client: Client
  readonly login: Login
  readonly modelId: string
  readonly url: string
  readonly failures: readonly FailureRow[]
}

/**
 * Makes images, by one request where the backend gives all of them at once. A 401 renews the login once, a connection that
 * was reset is tried once more, and so is a request without an option that the backend refuses.
 *
 * @throws APICallError, CodexAuthError, InvalidArgumentError, InvalidPromptError, UnsupportedFunctionalityError; the
 * signal's reason.
 */
export async function generateImages(
  { modelId, images: { url, missing } }: ImageModelSetup,
  call: CodexImageCall,
  client: Client,
  login: Login,
): Promise<CodexImages> {
  const { route, settings, given, resolved } = client
  const { warnings, n } = call
  warnOfSettings(given, route, warnings)
  warnOfHeaders(warnings, settings.headers, call.headers)
  const options = await readImageOptions(call.providerOptions, warnings, route.providerKeys)
  const { operation, body } = toImageRequest(call, modelId, options)
  const ongoing: OngoingImages = {
    call,
    client,
    login,
    modelId,
    url: url(resolved.baseURL, operation),
    failures: route.failures.map((row) => (isMissing(row) ? { ...row, advice: missing } : row)),
  }
  const sentAt = new Date()
  let answer = await sendWithRecovery(ongoing, withCount({ ...body, n }, n))
  const images = [...answer.images]
  let { usage } = answer
  // A backend that ignores `n` gives one image a request.
  while (images.length < n) {
    try {
      answer = await sendWithRecovery(ongoing, withCount(answer.body, n - images.length))
    } catch (error) {
      call.signal?.throwIfAborted()
      const reason = error instanceof Error ? error.message : String(error)
      warnings.add({ type: 'other', message: `Only ${images.length} of ${n} images came. ${reason}` })
      break
    }
    for (const image of answer.images) images.push(image)
    usage = addUsage(usage, answer.usage)
  }
  if (images.length > n) {
    const message = `${images.length} images came where ${n} were asked for; the others are left out.`
    warnings.add({ type: 'other', message })
  }
  return {
    images: images.slice(0, n),
    usage,
    model: answer.model,
    sentAt,
    responseHeaders: answer.headers,
  }
}

/** The body of a request for the rest. One image is asked for without a number, as the Codex CLI does. */
function withCount({ n, ...body }: ImageRequestBody, rest: number): ImageRequestBody {
  const isCounted = n !== undefined && rest > 1
  return isCounted ? { ...body, n: Math.min(rest, MAX_IMAGES_PER_REQUEST) } : body
}

/** What a login gets that may not use the address. */
const isMissing = ({ statuses }: FailureRow): boolean =>
  statuses?.some((status) => status === 403 || status === 404) ?? false

interface SentImages {
  readonly images: readonly CodexImage[]
  readonly usage: CodexImages['usage']
  readonly model: string | undefined
  readonly headers: Record<string, string>
  /** Body that was sent last, without what was refused. */
  readonly body: ImageRequestBody
}

/** Sends one request, and once more where that may help. */
async function sendWithRecovery(ongoing: OngoingImages, given: ImageRequestBody): Promise<SentImages> {
  const { call, client, login, failures } = ongoing
  const budget = createResendBudget()
  let tokens = await login.getTokens(call.signal)
  const sentTokens = new Set<CodexTokens>()
  let body = given
  while (true) {
    sentTokens.add(tokens)
    try {
      return { ...(await sendOnce(ongoing, body, tokens, sentTokens)), body }
    } catch (error) {
      const refusal = asRefusal(error)
      // After the headers, the image may have been drawn and paid.
      if (refusal?.statusCode === undefined && isConnectionReset(error) && budget.take('connection')) {
        client.log?.('call.retry', { model: ongoing.modelId, reason: 'the connection was reset' })
        continue
      }
      if (refusal?.statusCode === 401 && budget.take('unauthorized')) {
        tokens = await renewTokens(client, login, tokens, refusal, call.signal)
        continue
      }
      const refused = client.resolved.recover ? refusedPart(error, failures) : undefined
      const reduced = refused?.type === 'field' ? withoutImageField(body, refused.field) : undefined
      if (!reduced || !budget.take('field')) throw error
      client.log?.('call.retry', { model: ongoing.modelId, reason: `without ${reduced.option}` })
      const details = `${reduced.option} is left out: the backend refused it.`
      call.warnings.add({ type: 'setting', setting: reduced.option, details })
      body = reduced.body
    }
  }
}

const asRefusal = (error: unknown): APICallError | undefined =>
  APICallError.isInstance(error) ? error : undefined

async function sendOnce(
  { call, client, modelId, url, failures }: OngoingImages,
  body: ImageRequestBody,
  tokens: CodexTokens,
  sentTokens: ReadonlySet<CodexTokens>,
): Promise<Omit<SentImages, 'body'>> {
  const { route, settings, identity, resolved, fetch } = client
  const { signal } = call
  const count = body.n ?? 1
  client.log?.('image.request', { model: modelId, images: count })
  const ours = {
    ...route.headers.base(loginHeaders(client, tokens), identity),
    'content-type': 'application/json',
  }
  // No byte comes before the image is done, which may take minutes.
  const limits: BodyLimits = { signal, responseTimeoutMs: resolved.timeouts.idle, limitedBy: 'timeouts.idle' }
  const request = {
    ...limits,
    url,
    headers: mergeHeaders(ours, settings.headers, call.headers),
    body: replaceLoneSurrogates(JSON.stringify(body)),
    requestBodyValues: body,
    secrets: [...sentTokens].flatMap(secretsOf),
  }
  const response = await send(request, fetch)
  const headers = readHeaders(response)
  const context: CallContext = { ...request, responseHeaders: headers, modelId, failures, api: route.api }
  if (!response.ok) throw await readError(response, context, limits)
  const text = await readWhole(response, context, limits, count)
  const answer = readImageAnswer(text)
  if ('fault' in answer) throw faultError(answer.fault, text, context)
  return { ...answer, headers }
}

/** @throws APICallError where only a part of the answer came, or where it is too long. */
async function readWhole(
  response: Response,
  context: CallContext,
  limits: BodyLimits,
  count: number,
): Promise<string> {
  const maxCharacters = count * MAX_IMAGE_CHARACTERS
  const { text, isWhole, isLate, cause } = await readText(response, {
    timeoutMs: limits.responseTimeoutMs,
    maxCharacters,
    signal: limits.signal,
  })
  if (isWhole) return text
  const { status: statusCode } = response
  if (isLate) throw lateBody(limits, context, statusCode)
  if (text.length > maxCharacters) {
    const message = `The answer is longer than ${MAX_IMAGE_CHARACTERS / 1024 / 1024} MiB an image, which is refused.`
    throw localError('event_too_large', message, context)
  }
  const message = `only part of the answer from ${new URL(context.url).host} arrived`
  throw localError('stream_cut', message, context, { statusCode, cause })
}

/** The error of a 200 without images: what the backend reports, else what is wrong with its answer. */
function faultError(fault: string, text: string, context: CallContext): APICallError {
  if (isObject(parseObject(text)?.error)) return responseError(200, text, context)
  const head = text.slice(0, MAX_HEAD)
  const message = undecodedMessage(context, text) ?? fault
  return streamError(localFailure('no_output', message, { body: head }), context)
}
