import { clampEffort, type ReasoningEffort } from '../models/efforts.ts'
import type { ModelFacts } from '../models/table.ts'
import type { WarningCollector } from './warnings.ts'

/** `reasoning` of the request body. */
export interface ReasoningConfig {
  effort?: ReasoningEffort
  summary?: 'auto' | 'concise' | 'detailed'
  /** Lite requests say that the reasoning of all turns is sent back. */
  context?: 'all_turns'
}

/**
 * The reasoning part of the request. Effort: the option, else the id's suffix, else the model's default, else `medium`;
 * a level that the model lacks is clamped to the nearest that it lists, with a warning. Summary: `auto` by default.
 */
export function applyReasoningConfig(
  config: {
    modelId: string
    facts: ModelFacts
    /** From the call's or the model's options. */
    effort?: ReasoningEffort | undefined
    /** From the model id's suffix. */
    suffixEffort?: ReasoningEffort | undefined
    summary?: 'auto' | 'concise' | 'detailed' | 'none' | null | undefined
  },
  warnings: WarningCollector,
): ReasoningConfig {
  const { modelId, facts, summary = 'auto' } = config
  const asked = config.effort ?? config.suffixEffort
  const wanted = asked ?? facts.defaultEffort ?? 'medium'
  const effort = facts.efforts ? clampEffort(wanted, facts.efforts) : wanted
  // A default that is clamped is nothing that the caller asked for.
  if (asked !== undefined && effort !== asked) {
    const details = `${modelId} has no effort "${asked}"; "${effort}" is sent.`
    warnings.add({ type: 'setting', setting: 'reasoningEffort', details })
  }
  return {
    effort,
    ...(summary === null || summary === 'none' ? {} : { summary }),
    ...(facts.shape === 'lite' ? { context: 'all_turns' as const } : {}),
  }
}
