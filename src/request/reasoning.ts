import { clampEffort, type ReasoningEffort, wireEffort } from '../models/efforts.ts'
import type { ModelFacts } from '../models/table.ts'
import type { WarningCollector } from './warnings.ts'

/** `reasoning` of the request body. */
export interface ReasoningConfig {
  effort?: ReasoningEffort
  summary?: 'auto' | 'concise' | 'detailed'
  /** Lite requests state that they send back the reasoning of all turns. */
  context?: 'all_turns'
}

/**
 * Builds `reasoning` of the request. The effort is the option, else the id's suffix, else the model's default, else
 * `medium`; a level that the model lacks becomes the nearest that it has, with a warning. The summary is `auto` by default.
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
    /** True to state that the reasoning of all turns is sent back. @default true for lite requests */
    hasContext?: boolean | undefined
  },
  warnings: WarningCollector,
): ReasoningConfig {
  const { modelId, facts, summary = 'auto', hasContext = facts.shape === 'lite' } = config
  const asked = config.effort ?? config.suffixEffort
  // An unknown model decides by itself, as with the Codex client.
  const isLeftOpen = facts.isUnknown && facts.shape === 'classic'
  const wanted = asked ?? facts.defaultEffort ?? (isLeftOpen ? undefined : 'medium')
  const effort = wanted && effortFor(wanted, facts)
  // Nobody asked for a default, so clamping it needs no warning.
  if (asked !== undefined && effort !== asked) {
    const details = `${modelId} has no effort "${asked}"; "${effort}" is sent.`
    warnings.add({ type: 'setting', setting: 'reasoningEffort', details })
  }
  return {
    ...(effort === undefined ? {} : { effort }),
    ...(summary === null || summary === 'none' ? {} : { summary }),
    ...(hasContext ? { context: 'all_turns' as const } : {}),
  }
}

/** The effort of calls that name none. */
export const defaultEffort = (facts: ModelFacts): ReasoningEffort =>
  effortFor(facts.defaultEffort ?? 'medium', facts)

const effortFor = (wanted: ReasoningEffort, facts: ModelFacts): ReasoningEffort =>
  wireEffort(facts.efforts ? clampEffort(wanted, facts.efforts) : wanted, facts)
