import { asObject, isObject, type JsonObject, textOf } from '../lib/json.ts'
import { sumCounts, toUsage } from '../parts/usage.ts'
import type { CodexImage, CodexImageUsage } from './call.ts'

/** Characters of base64 that one image may have: 24 MiB of data, more than an image of 3840x2160 pixels has. */
export const MAX_IMAGE_CHARACTERS = 32 * 1024 * 1024

/** Images of one answer, or what is wrong with it. */
export type ImageAnswer =
  | {
      readonly images: readonly CodexImage[]
      readonly usage: CodexImageUsage
      readonly model: string | undefined
    }
  | { readonly fault: string }

/** Reads the body of an answer: all of its images, or a fault where one of them can't be read. */
export function readImageAnswer(text: string): ImageAnswer {
  const json = parse(text)
  if (json === undefined) return { fault: 'The answer is not a JSON object.' }
  const { data } = json
  if (!Array.isArray(data) || data.length === 0) return { fault: 'The answer has no images.' }
  const images: CodexImage[] = []
  for (const [index, entry] of data.entries()) {
    const image = toImage(asObject(entry), json)
    if (image === undefined) return { fault: `Image ${index + 1} of the answer has no readable base64 data.` }
    images.push(image)
  }
  const { inputTokens, outputTokens, totalTokens } = toUsage(isObject(json.usage) ? json.usage : undefined)
  return { images, usage: { inputTokens, outputTokens, totalTokens }, model: textOf(json.model) }
}

function parse(text: string): JsonObject | undefined {
  try {
    const json: unknown = JSON.parse(text)
    return isObject(json) ? json : undefined
  } catch {
    return undefined
  }
}

/** What the answer says of all its images, an image may say of itself. */
function toImage(entry: JsonObject, answer: JsonObject): CodexImage | undefined {
  const base64 = textOf(entry.b64_json)
  if (base64 === undefined || !isBase64(base64)) return undefined
  const own = (name: string) => textOf(entry[name]) ?? textOf(answer[name])
  return {
    base64,
    revisedPrompt: textOf(entry.revised_prompt),
    size: own('size'),
    quality: own('quality'),
    background: own('background'),
    outputFormat: own('output_format'),
  }
}

/** True for base64 with or without its padding. */
function isBase64(text: string): boolean {
  if (/[^A-Za-z0-9+/=]/.test(text)) return false
  const end = text.indexOf('=')
  const length = end === -1 ? text.length : end
  return length > 0 && length % 4 !== 1 && text.length - length <= 2
}

/** Adds the tokens of two requests. */
export const addUsage = (a: CodexImageUsage, b: CodexImageUsage): CodexImageUsage => ({
  inputTokens: sumCounts(a.inputTokens, b.inputTokens),
  outputTokens: sumCounts(a.outputTokens, b.outputTokens),
  totalTokens: sumCounts(a.totalTokens, b.totalTokens),
})
