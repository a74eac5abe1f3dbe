import { baseInstructions } from '../instructions/base.ts'
import type { PromptFiles } from '../instructions/prompt-files.ts'
import type { CatalogueModel } from '../models/catalogue-entry.ts'
import type { ReasoningEffort } from '../models/efforts.ts'
import { factsOf } from '../models/facts.ts'
import { isTableModel } from '../models/table.ts'
import { buildRequest, type CodexRequest } from '../request/body.ts'
import type { CodexCall, CodexWarning } from '../request/call.ts'
import { warnOfHeaders } from '../request/headers.ts'
import { type CodexProviderOptions, readOptions } from '../request/options.ts'
import { warnOfSettings } from './check-settings.ts'
import type { Client } from './client.ts'
import type { CodexProviderSettings } from './settings.ts'

/** What a model's id and defaults say, read once. */
export interface ModelSetup {
  modelId: string
  suffixEffort: ReasoningEffort | undefined
  defaults: CodexProviderOptions
}

/** Two ways to the catalogue's entry for the model; both give undefined where it has none, or can't be had now. */
export interface EntrySource {
  /** Asks for the catalogue, and may wait for it. */
  findEntry(): Promise<CatalogueModel | undefined>
  /** Looks no further than the copy in memory. */
  entryAtHand(): CatalogueModel | undefined
}

/** Options, model and call become a request. */
export async function toRequest(
  call: CodexCall,
  { modelId, suffixEffort, defaults }: ModelSetup,
  { route, settings, resolved }: Client,
  promptFiles: PromptFiles,
  { findEntry, entryAtHand }: EntrySource,
): Promise<CodexRequest> {
  const { warnings } = call
  warnOfSettings(settings, warnings)
  warnOfHeaders(warnings, settings.headers, call.headers)
  const options = await readOptions(call.providerOptions, defaults, warnings, route.providerKeys)
  const codexMode = route.body.hasCodexMode && (options.codexMode ?? resolved.codexMode)
  let found: ReturnType<typeof findEntry> | undefined
  const findOnce = () => {
    found ??= findEntry()
    return found
  }
  const base = codexMode
    ? await baseInstructions(
        modelId,
        {
          option: options.instructions,
          setting: settings.instructions,
          catalogue: async () => (await findOnce())?.instructions,
          promptFiles,
        },
        warnings,
        call.signal,
      )
    : ''
  // What the table knows is no reason to ask, but an entry that is there is newer.
  const entry = isTableModel(modelId) && found === undefined ? entryAtHand() : await findOnce()
  // A call that switches the mode off has good reason not to use the provider's text.
  const given =
    isGiven(options.instructions) || (settings.codexMode === false && isGiven(settings.instructions))
  if (given && !codexMode) warnings.add(INSTRUCTIONS_UNUSED)
  const facts = factsOf(modelId, entry)
  return buildRequest(call, {
    modelId,
    facts: { ...facts, shape: route.body.shapeOf(facts) },
    hostedTools: route.hostedTools,
    suffixEffort,
    options,
    codexMode,
    baseInstructions: base,
    ownInstructions: ownInstructions(options.instructions, settings.instructions),
  })
}

/** Blank instructions are none. */
const isGiven = (instructions: CodexProviderSettings['instructions']): boolean =>
  typeof instructions === 'string' ? instructions.trim() !== '' : instructions !== undefined

/** Those that stand for the base instructions, where they are a text. */
function ownInstructions(...sources: Array<CodexProviderSettings['instructions']>): string | undefined {
  const own = sources.find(isGiven)
  return typeof own === 'string' ? own : undefined
}

const INSTRUCTIONS_UNUSED: CodexWarning = {
  type: 'setting',
  setting: 'instructions',
  details:
    'instructions is left out: it stands for the base instructions, and Codex mode is off. Use a system message.',
}
