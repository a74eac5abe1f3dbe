import type { CodexWarning } from './call.ts'

const SHOWN = 5

/** Collects the warnings of one call: every room that leaves something out or changes it adds to the same list. */
export interface WarningCollector {
  /**
   * Adds a warning. Only the first one on a subject counts.
   *
   * @param subject default: the warning itself
   */
  add(warning: CodexWarning, subject?: string): void
  /**
   * Adds an occurrence of something that a long history may have many of: all of one kind make one warning, which names
   * the first five.
   *
   * @param kind a sentence without its full stop
   * @param name what it happened to, such as a call's id
   */
  addOccurrence(kind: string, name?: string): void
  /** The warnings so far, in the order in which they (or their kinds) came up. */
  list(): CodexWarning[]
}

export function createWarningCollector(): WarningCollector {
  const warnings = new Map<string, CodexWarning | ReadonlySet<string>>()
  const namesByKind = new Map<string, Set<string>>()
  return {
    add(warning, subject = JSON.stringify(warning)) {
      if (!warnings.has(subject)) warnings.set(subject, warning)
    },
    addOccurrence(kind, name) {
      const names = namesByKind.get(kind) ?? new Set()
      namesByKind.set(kind, names)
      if (!warnings.has(kind)) warnings.set(kind, names)
      if (name !== undefined) names.add(name)
    },
    list: () =>
      [...warnings].map(([kind, found]) =>
        'type' in found ? found : { type: 'other', message: `${kind}${listOf([...found])}.` },
      ),
  }
}

function listOf(names: readonly string[]): string {
  if (names.length === 0) return ''
  const more = names.length > SHOWN ? ` and ${names.length - SHOWN} more` : ''
  return `: ${names.slice(0, SHOWN).join(', ')}${more}`
}
