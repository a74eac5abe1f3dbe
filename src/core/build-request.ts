import { baseInstructions, ownInstructions } from '../instructions/base.ts'
import type { PromptFiles } from '../instructions/prompt-files.ts'
import type { CatalogueModel } from '../models/catalogue-entry.ts'
import type { ReasoningEffort } from '../models/efforts.ts'
import { factsOf } from '../models/facts.ts'
import { isTableModel } from '../models/table.ts'
import { buildRequest, type CodexRequest } from '../request/body.ts'
import type { CodexCall } from '../request/call.ts'
import { warnOfHeaders } from '../request/headers.ts'
import { type CodexProviderOptions, readOptions } from '../request/options.ts'
import { warnOfSettings } from './check-settings.ts'
import type { Client } from './client.ts'
import type { CodexProviderSettings } from './settings.ts'

/** A model with the facts that its id and defaults state, read once. */
export interface ModelSetup {
  modelId: string
  suffixEffort: ReasoningEffort | undefined
  defaults: CodexProviderOptions
}

/** Two ways to the catalogue's entry for the model; undefined where it has none, or is not available now. */
export interface EntrySource {
  /** Asks for the catalogue, and may wait for it. */
  findEntry(): Promise<CatalogueModel | undefined>
  /** Looks at the copy in memory only. */
  entryAtHand(): CatalogueModel | undefined
}

/** Turns options, model and call into a request. */
export async function toRequest(
  call: CodexCall,
  { modelId, suffixEffort, defaults }: ModelSetup,
  { route, settings, given, resolved }: Client,
  promptFiles: PromptFiles,
  { findEntry, entryAtHand }: EntrySource,
): Promise<CodexRequest> {
  const { warnings } = call
  warnOfSettings(given, route, warnings)
  warnOfHeaders(warnings, settings.headers, call.headers)
  const options = await readOptions(call.providerOptions, defaults, warnings, route.providerKeys)
  const codexMode = route.body.hasCodexMode && (options.codexMode ?? resolved.codexMode)
  let found: ReturnType<typeof findEntry> | undefined
  const findOnce = () => {
    found ??= findEntry()
    return found
  }
  const own = {
    option: options.instructions,
    // They stand for the base instructions, which a call that switches the mode off has no use for.
    setting:
      codexMode || settings.codexMode === false || !route.body.hasCodexMode
        ? settings.instructions
        : undefined,
  }
  const catalogue = async () => (await findOnce())?.instructions
  const base = codexMode
    ? await baseInstructions(modelId, { ...own, catalogue, promptFiles }, warnings, call.signal)
    : ((await ownInstructions(modelId, own, call.signal)) ?? '')
  // What the table knows is no reason to ask, but an entry that is there is newer.
  const entry = isTableModel(modelId) && found === undefined ? entryAtHand() : await findOnce()
  const facts = factsOf(modelId, entry)
  return buildRequest(call, {
    modelId,
    facts: { ...facts, shape: route.body.shapeOf(facts) },
    rules: { ...route.body, hostedTools: route.hostedTools },
    canRecover: resolved.recover && route.body.hasClientDefaults,
    suffixEffort,
    options,
    codexMode,
    baseInstructions: base,
    ownInstructions: constantInstructions(options.instructions, settings.instructions),
  })
}

/** Blank instructions count as not given. */
const isGiven = (instructions: CodexProviderSettings['instructions']): boolean =>
  typeof instructions === 'string' ? instructions.trim() !== '' : instructions !== undefined

/** The caller's own instructions where they are a string, which stays the same through a conversation. */
function constantInstructions(...sources: Array<CodexProviderSettings['instructions']>): string | undefined {
  const own = sources.find(isGiven)
  return typeof own === 'string' ? own : undefined
}
