import { imageFault } from './content-rules.ts'
import type { RequestFacts } from './facts.ts'
import { type Finding, firstOf } from './finding.ts'
import { asArray, asObject, asText } from './json.ts'
import { ACCESS_REFUSALS, detail, platform, REFUSALS, type Refusal } from './refusals.ts'

/** Fields of a request for images. */
const FIELDS = [
  ...['prompt', 'background', 'model', 'quality', 'size', 'n'],
  ...['output_format', 'output_compression', 'moderation'],
]
/** Fields of an edit besides. */
const EDIT_FIELDS = ['images', 'mask', 'input_fidelity']

const VALUES: Readonly<Record<string, readonly string[]>> = {
  background: ['transparent', 'opaque', 'auto'],
  quality: ['low', 'medium', 'high', 'auto'],
  output_format: ['png', 'jpeg', 'webp'],
  moderation: ['auto', 'low'],
  input_fidelity: ['high', 'low'],
}

const RANGES: Readonly<Record<string, readonly [least: number, most: number]>> = {
  n: [1, 10],
  output_compression: [0, 100],
}

const MAX_IMAGES = 16

const invalid = (message: string, param: string): Finding => ({ message, param, code: 'invalid_value' })

/** The first field that is not one of these. */
const unknownField = (fields: readonly string[]) => (facts: RequestFacts) => {
  const name = Object.keys(facts.body).find((key) => !fields.includes(key))
  return name === undefined
    ? undefined
    : { message: `Unknown parameter: '${name}'.`, param: name, code: 'unknown_parameter' }
}

const wrongValue = ({ body }: RequestFacts): Finding | undefined =>
  firstOf(Object.entries(VALUES), ([param, values]) => {
    const value = body[param]
    if (value === undefined || values.includes(asText(value))) return undefined
    const list = values.map((one) => `'${one}'`).join(', ')
    return invalid(`Invalid value: '${String(value)}'. Supported values are: ${list}.`, param)
  })

const wrongNumber = ({ body }: RequestFacts): Finding | undefined =>
  firstOf(Object.entries(RANGES), ([param, [least, most]]) => {
    const value = body[param]
    const isFine = Number.isInteger(value) && Number(value) >= least && Number(value) <= most
    if (value === undefined || isFine) return undefined
    return invalid(`Invalid '${param}': expected an integer from ${least} to ${most}.`, param)
  })

/** A size that gpt-image-2 does not draw. */
function wrongSize({ body }: RequestFacts): Finding | undefined {
  const { size } = body
  if (size === undefined || size === 'auto') return undefined
  const [, width, height] = /^(\d{1,5})x(\d{1,5})$/.exec(asText(size)) ?? []
  const [short = 0, long = 0] = [Number(width), Number(height)].sort((a, b) => a - b)
  const fits =
    short % 16 === 0 &&
    long % 16 === 0 &&
    long <= 3840 &&
    long <= 3 * short &&
    short * long >= 655_360 &&
    short * long <= 8_294_400
  return fits ? undefined : invalid(`Invalid size '${String(size)}'.`, 'size')
}

function wrongImages({ body }: RequestFacts): Finding | undefined {
  const images = asArray(body.images)
  if (images.length === 0 || images.length > MAX_IMAGES) {
    return invalid(`Invalid 'images': expected a list of 1 to ${MAX_IMAGES} images.`, 'images')
  }
  const all = images.map((image, n) => ({ image, param: `images[${n}].image_url` }))
  const mask = body.mask === undefined ? [] : [{ image: body.mask, param: 'mask.image_url' }]
  return firstOf([...all, ...mask], ({ image, param }) => {
    const fault = imageFault(asObject(image).image_url)
    return fault === undefined ? undefined : invalid(`Invalid '${param}', ${fault}`, param)
  })
}

const SHARED = ['content-type', 'json', 'model', 'originator', 'user-agent', 'version']

// biome-ignore format: a table reads best with one row a line
const rules = (fields: readonly string[]): readonly Refusal[] => [
  ...ACCESS_REFUSALS,
  ...REFUSALS.filter(({ id }) => SHARED.includes(id)),
  { id: 'image-model', source: 'wire, Images', status: 400, body: detail,
    when: ({ body, model }) => model && `The '${asText(body.model)}' model is not supported when using Codex with a ChatGPT account.` },
  { id: 'image-parameter', source: 'wire, Images', status: 400, body: platform, when: unknownField(fields) },
  { id: 'image-prompt', source: 'wire, Images', status: 400, body: platform,
    when: ({ body }) => asText(body.prompt).trim() === '' ? { message: "Missing required parameter: 'prompt'.", param: 'prompt', code: 'missing_required_parameter' } : undefined },
  { id: 'image-value', source: 'wire, Images', status: 400, body: platform, when: wrongValue },
  { id: 'image-number', source: 'wire, Images', status: 400, body: platform, when: wrongNumber },
  { id: 'image-size', source: 'wire, Images', status: 400, body: platform, when: wrongSize },
  { id: 'image-background', source: 'wire, Images', status: 400, body: platform,
    when: ({ body }) => body.model === 'gpt-image-2' && body.background === 'transparent' ? invalid('Transparent background is not supported for this model.', 'background') : undefined },
]

/** Everything for which `POST …/images/generations` refuses a request. */
export const GENERATION_REFUSALS: readonly Refusal[] = rules(FIELDS)

/** Everything for which `POST …/images/edits` refuses a request. */
export const EDIT_REFUSALS: readonly Refusal[] = [
  ...rules([...FIELDS, ...EDIT_FIELDS]),
  { id: 'image-input', source: 'wire, Images', status: 400, body: platform, when: wrongImages },
]
