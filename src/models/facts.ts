import type { CatalogueModel } from './catalogue-entry.ts'
import { isOriginalModel, isTableModel, type ModelFacts, modelFacts } from './table.ts'

/**
 * The facts about a (normalized) model id. An entry of the catalogue, where one is at hand, wins over the bundled
 * table, but for the ids of the original system: they keep their facts, and the entry adds only what the table does
 * not say. Without an entry, what the table does not know follows from the id.
 */
export function factsOf(modelId: string, entry?: CatalogueModel): ModelFacts {
  const bundled = modelFacts(modelId)
  if (!entry) return bundled
  const { contextWindow, serviceTiers, efforts, defaultEffort, verbosity, takesVerbosity, shape } = entry
  if (isOriginalModel(modelId)) return { ...bundled, contextWindow, serviceTiers }
  return {
    shape,
    efforts: efforts ?? bundled.efforts,
    defaultEffort: defaultEffort ?? bundled.defaultEffort,
    // A model that takes no verbosity says so by having no default.
    defaultVerbosity: verbosity,
    takesVerbosity,
    contextWindow: contextWindow ?? bundled.contextWindow,
    serviceTiers: serviceTiers ?? bundled.serviceTiers,
  }
}

/**
 * Does a call have to look into the catalogue? For a model that the table does not know; and for the base instructions
 * of Codex mode, unless a setting stands for them. Those of the original ids come from elsewhere.
 */
export function needsCatalogue(call: {
  /** The normalized id. */
  modelId: string
  codexMode: boolean
  /** A setting or an option stands for the base instructions. */
  hasInstructions: boolean
}): boolean {
  if (!isTableModel(call.modelId)) return true
  return call.codexMode && !call.hasInstructions && !isOriginalModel(call.modelId)
}
