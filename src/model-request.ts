import type { Client } from './client.ts'
import { baseInstructions } from './instructions/base.ts'
import type { CatalogueModel } from './models/catalogue-entry.ts'
import type { ReasoningEffort } from './models/efforts.ts'
import { factsOf, needsCatalogue } from './models/facts.ts'
import { type CodexProviderOptions, readOptions } from './options.ts'
import type { ProcessMemory } from './process-memory.ts'
import { buildRequest, type CodexRequest } from './request/body.ts'
import type { CodexCall, CodexWarning } from './request/call.ts'
import type { CodexProviderSettings } from './settings.ts'

/** What a model's id and defaults say, read once. */
export interface ModelSetup {
  modelId: string
  suffixEffort: ReasoningEffort | undefined
  defaults: CodexProviderOptions
}

/** Options, model and call become a request. */
export async function toRequest(
  call: CodexCall,
  { modelId, suffixEffort, defaults }: ModelSetup,
  { settings, resolved }: Client,
  promptFiles: ProcessMemory['promptFiles'],
  findEntry: () => Promise<CatalogueModel | undefined>,
): Promise<{ request: CodexRequest; warnings: CodexWarning[] }> {
  const { options, warnings } = await readOptions(call.providerOptions, defaults)
  const codexMode = options.codexMode ?? resolved.codexMode
  const hasInstructions = (options.instructions ?? settings.instructions) !== undefined
  const entry = needsCatalogue({ modelId, codexMode, hasInstructions }) ? await findEntry() : undefined
  const base = codexMode
    ? await baseInstructions(
        modelId,
        {
          option: options.instructions,
          setting: settings.instructions,
          catalogue: async () => (entry ?? (await findEntry()))?.instructions,
          promptFiles,
        },
        call.signal,
      )
    : { text: '', warnings: [] }
  const request = await buildRequest(call, {
    modelId,
    facts: factsOf(modelId, entry),
    suffixEffort,
    options,
    codexMode,
    baseInstructions: base.text,
    ownInstructions:
      options.instructions ?? (typeof settings.instructions === 'string' ? settings.instructions : undefined),
  })
  // A call that switches the mode off has good reason not to use the provider's text.
  const given =
    isGiven(options.instructions) || (settings.codexMode === false && isGiven(settings.instructions))
  const unused = given && !codexMode ? [INSTRUCTIONS_UNUSED] : []
  return { request, warnings: [...warnings, ...unused, ...base.warnings, ...request.warnings] }
}

/** Blank instructions are none. */
const isGiven = (instructions: CodexProviderSettings['instructions']): boolean =>
  typeof instructions === 'string' ? instructions.trim() !== '' : instructions !== undefined

const INSTRUCTIONS_UNUSED: CodexWarning = {
  type: 'setting',
  setting: 'instructions',
  details:
    'instructions is left out: it stands for the base instructions, and Codex mode is off. Use a system message.',
}
