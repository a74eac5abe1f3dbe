import { misspelledModel } from './catalogue.ts'
import { asArray, asObject, asText, parseObject } from './json.ts'
import type { AccessCheck } from './logins.ts'
import type { CatalogueModel, JsonObject } from './types.ts'

/** What the refusals look at. */
export interface RequestFacts {
  /** Lower-case names. */
  headers: Record<string, string>
  /** Undefined where the text is no JSON object. */
  json: JsonObject | undefined
  /** The body; empty where there is none. */
  body: JsonObject
  /** The members of `input` with their places; an empty object for one that is none. */
  items: ReadonlyArray<{ item: JsonObject; path: string }>
  access: AccessCheck
  /** The catalogue's entry for the model, if it has one. */
  model: CatalogueModel | undefined
  /** The known id that `model` is a typo of. */
  misspelled: string | undefined
  /** Does the lite header say so? */
  lite: boolean
  /** Encrypted reasoning that this server has given out. */
  issued: ReadonlySet<string>
}

/** In a compaction of a model without a `comp_hash`. */
export const NO_COMP_HASH = 'none'

/** The header that asks for the lite shape. */
export const LITE_HEADER = 'x-openai-internal-codex-responses-lite'

/** Gathers what the refusals look at. */
export function gatherFacts(
  request: { headers: Record<string, string>; text: string },
  known: {
    access: AccessCheck
    models: readonly CatalogueModel[]
    modelIds?: readonly string[]
    issued: ReadonlySet<string>
  },
): RequestFacts {
  const json = parseObject(request.text)
  const body = json ?? {}
  return {
    headers: request.headers,
    json,
    body,
    items: asArray(body.input).map((item, n) => ({ item: asObject(item), path: `input[${n}]` })),
    access: known.access,
    model: known.models.find(({ slug }) => slug === body.model),
    misspelled: misspelledModel(asText(body.model), [
      ...known.models.map(({ slug }) => slug),
      ...(known.modelIds ?? []),
    ]),
    lite: request.headers[LITE_HEADER] === 'true',
    issued: known.issued,
  }
}
