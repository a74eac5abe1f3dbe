import { asObject, textOf } from '../json.ts'

type Options = Readonly<Record<string, unknown>> | undefined

/** What the caller says of a part, in our name or in that of `@ai-sdk/openai`, from which an app may come. */
export const partOption = (options: Options, ours: string, theirs = ours): string | undefined =>
  textOf(asObject(options?.codex)[ours]) ?? textOf(asObject(options?.openai)[theirs])

/** What an assistant's text was: `commentary` or `final_answer`. */
export const phaseOption = (options: Options): string | undefined => partOption(options, 'phase')

const DETAILS = ['auto', 'low', 'high', 'original']

/** How closely an image is to be looked at. */
export function detailOption(options: Options): string | undefined {
  const detail = partOption(options, 'imageDetail')
  return detail !== undefined && DETAILS.includes(detail) ? detail : undefined
}
