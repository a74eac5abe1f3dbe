import { asObject, textOf } from '../lib/json.ts'

type Options = Readonly<Record<string, unknown>> | undefined

/** What the caller says of a part, in our name or in that of `@ai-sdk/openai`, from which an app may come. */
export const partOption = (options: Options, ours: string, theirs = ours): string | undefined =>
  textOf(asObject(options?.codex)[ours]) ?? textOf(asObject(options?.openai)[theirs])

/** What an assistant's text was: `commentary` or `final_answer`. */
export const phaseOption = (options: Options): string | undefined => partOption(options, 'phase')

/** How closely an image is to be looked at; whatever it says, since the core warns of what it does not know. */
export const detailOption = (options: Options): unknown =>
  asObject(options?.codex).imageDetail ?? asObject(options?.openai).imageDetail ?? undefined
