import type { z } from 'zod/v4'
import { loadZod } from '../lib/zod.ts'
import { assertOptionsObject, camelCase, checkOptions, unknownOption } from '../request/options.ts'
import type { WarningCollector } from '../request/warnings.ts'

/** Options of a call for images (`providerOptions.codex`). All optional. */
// A type alias, since `providerOptions` takes only what has an index signature.
export type CodexImageOptions = {
  /**
   * How much work goes into the image.
   *
   * @default 'auto'
   */
  quality?: 'auto' | 'low' | 'medium' | 'high' | undefined
  /**
   * Background of the image. `gpt-image-2` draws no transparent one.
   *
   * @default 'opaque'
   */
  background?: 'auto' | 'opaque' | 'transparent' | undefined
  /**
   * Format of the image.
   *
   * @default the backend's own, `png`
   */
  outputFormat?: 'png' | 'jpeg' | 'webp' | undefined
  /**
   * Compression of `jpeg` and `webp`, from 0 to 100 percent.
   *
   * @default the backend's own
   */
  outputCompression?: number | undefined
  /**
   * How strictly the image is moderated.
   *
   * @default the backend's own, `auto`
   */
  moderation?: 'auto' | 'low' | undefined
  /**
   * How closely an edit keeps to the images that it is made of.
   *
   * @default the backend's own
   */
  inputFidelity?: 'low' | 'high' | undefined
}

const KNOWN_OPTIONS: ReadonlyArray<keyof CodexImageOptions> = [
  'quality',
  'background',
  'outputFormat',
  'outputCompression',
  'moderation',
  'inputFidelity',
]

// Built at first use, so that importing an entry does no work.
let schema: Promise<z.ZodType<CodexImageOptions>> | undefined

async function createSchema(): Promise<z.ZodType<CodexImageOptions>> {
  const z = await loadZod()
  return z.object({
    quality: z.enum(['auto', 'low', 'medium', 'high']).optional(),
    background: z.enum(['auto', 'opaque', 'transparent']).optional(),
    outputFormat: z.enum(['png', 'jpeg', 'webp']).optional(),
    outputCompression: z.int('allowed are whole numbers from 0 to 100').min(0).max(100).optional(),
    moderation: z.enum(['auto', 'low']).optional(),
    inputFidelity: z.enum(['low', 'high']).optional(),
  })
}

/**
 * Reads the options of a call for images: those under the provider's own key, then those under the other keys where that
 * is silent. Names may be in camelCase or snake_case; null stands for an option that is not set.
 *
 * @param keys Our own key, and those of providers that an app may come from.
 * @throws InvalidArgumentError that names the option and the allowed values.
 */
export async function readImageOptions(
  providerOptions: Readonly<Record<string, unknown>> | undefined,
  warnings: WarningCollector,
  keys: readonly [own: string, ...others: string[]],
): Promise<CodexImageOptions> {
  let options: CodexImageOptions = {}
  for (const key of [...keys].reverse()) {
    const given = providerOptions?.[key]
    if (given === undefined || given === null) continue
    const where = `providerOptions.${key}`
    assertOptionsObject(given, where)
    const known: Record<string, unknown> = {}
    for (const [name, value] of Object.entries(given)) {
      if (value === undefined || value === null) continue
      const option = KNOWN_OPTIONS.find((one) => one === camelCase(name))
      if (option !== undefined) known[option] = value
      else if (key === keys[0]) warnings.add(unknownOption(name, where, KNOWN_OPTIONS))
    }
    if (Object.keys(known).length === 0) continue
    schema ??= createSchema()
    options = { ...options, ...(await checkOptions(known, where, await schema)) }
  }
  return options
}
