import { createHash } from 'node:crypto'
import { type Exchange, send } from '../exchange.ts'
import { EDIT_REFUSALS, GENERATION_REFUSALS } from '../image-rules.ts'
import { asArray, asText } from '../json.ts'
import type { Refusal } from '../refusals.ts'
import type { ServerState } from '../state.ts'
import type { JsonObject } from '../types.ts'
import { admit } from './access.ts'
import { answerHeaders } from './responses.ts'

/** The smallest image of each format. */
const IMAGES: Readonly<Record<string, string>> = {
  png: 'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==',
  jpeg: '/9j/4AAQSkZJRgABAQEASABIAAD/2wBDAP//////////////////////////////////////////////////////////////////////////////////////wgALCAABAAEBAREA/8QAFBABAAAAAAAAAAAAAAAAAAAAAP/aAAgBAQABPxA=',
  webp: 'UklGRhoAAABXRUJQVlA4TA0AAAAvAAAAEAcQERGIiP4HAA==',
}

/** `POST …/images/generations`. */
export const generateImages = (state: ServerState, exchange: Exchange): void =>
  draw(state, exchange, GENERATION_REFUSALS)

/** `POST …/images/edits`. */
export const editImages = (state: ServerState, exchange: Exchange): void =>
  draw(state, exchange, EDIT_REFUSALS)

/** Refuses a request, or answers it with images of one pixel. */
function draw(state: ServerState, exchange: Exchange, refusals: readonly Refusal[]): void {
  const account = admit(state, exchange, refusals)
  if (!account) return
  const { record } = exchange
  const body = record.json ?? {}
  const seed = createHash('sha256')
    .update(`${state.turns++}:${record.text}`)
    .digest('hex')
  const headers = answerHeaders(state, { account, version: record.headers.version ?? '' }, seed)
  send(exchange, 200, toAnswer(body, state.now()), { ...headers, 'content-type': 'application/json' })
}

function toAnswer(body: JsonObject, now: number): JsonObject {
  const chosen = (name: string, otherwise: string) => {
    const value = asText(body[name])
    return value === '' || value === 'auto' ? otherwise : value
  }
  const format = chosen('output_format', 'png')
  const count = typeof body.n === 'number' ? body.n : 1
  const inputTokens = Math.ceil(asText(body.prompt).length / 4) + 1000 * asArray(body.images).length
  return {
    created: Math.floor(now / 1000),
    background: chosen('background', 'opaque'),
    data: Array.from({ length: count }, () => ({ b64_json: IMAGES[format] })),
    output_format: format,
    quality: chosen('quality', 'medium'),
    size: chosen('size', '1024x1024'),
    usage: {
      input_tokens: inputTokens,
      output_tokens: 1000 * count,
      total_tokens: inputTokens + 1000 * count,
    },
  }
}
