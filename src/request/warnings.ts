import type { CodexWarning } from './call.ts'

const SHOWN = 5

/** Collects what a caller is to be warned of: one warning of each kind, since a long history has the same trouble often. */
export interface Told {
  /** @param name what it happened to, such as a call's id */
  add(kind: string, name?: string): void
  warnings(): CodexWarning[]
}

export function createTold(): Told {
  const kinds = new Map<string, Set<string>>()
  return {
    add(kind, name) {
      const names = kinds.get(kind) ?? new Set()
      kinds.set(kind, names)
      if (name !== undefined) names.add(name)
    },
    warnings: () =>
      [...kinds].map(([kind, names]) => ({ type: 'other', message: `${kind}${listOf([...names])}.` })),
  }
}

function listOf(names: readonly string[]): string {
  if (names.length === 0) return ''
  const more = names.length > SHOWN ? ` and ${names.length - SHOWN} more` : ''
  return `: ${names.slice(0, SHOWN).join(', ')}${more}`
}
