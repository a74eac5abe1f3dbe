import { asObject, textOf } from '../lib/json.ts'

type Options = Readonly<Record<string, unknown>> | undefined

/** An option of a prompt part: ours first, then the one of `@ai-sdk/openai`, since an app may come from there. */
export const partOption = (options: Options, ours: string, theirs = ours): string | undefined =>
  textOf(asObject(options?.codex)[ours]) ?? textOf(asObject(options?.openai)[theirs])

/** The phase of an assistant's text: `commentary` or `final_answer`. */
export const phaseOption = (options: Options): string | undefined => partOption(options, 'phase')

/** The `imageDetail` of an image. Returned unchecked: the core warns about unknown values. */
export const detailOption = (options: Options): unknown =>
  asObject(options?.codex).imageDetail ?? asObject(options?.openai).imageDetail ?? undefined
