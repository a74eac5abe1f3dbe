import type { CatalogueModel } from './catalogue-entry.ts'
import { isOriginalModel, type ModelFacts, modelFacts } from './table.ts'

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
    multiAgentEffort: entry.multiAgentEffort ?? bundled.multiAgentEffort,
    takesEffortUpdates: entry.takesEffortUpdates ?? bundled.takesEffortUpdates,
    compHash: entry.compHash ?? bundled.compHash,
    // A model without verbosity has no default in its entry.
    defaultVerbosity: verbosity,
    takesVerbosity,
    contextWindow: contextWindow ?? bundled.contextWindow,
    serviceTiers: serviceTiers ?? bundled.serviceTiers,
  }
}
