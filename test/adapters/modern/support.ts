import { expect } from 'vitest'
import type { CodexProviderSettings } from '../../../src/core/settings.ts'
import { DEFAULT_INSTRUCTIONS } from '../../../src/instructions/base.ts'
import type { CodexServer } from '../../../src/testing/types.ts'
import { createCodex as createV2 } from '../../../src/v2.ts'
import { createCodex as createV3 } from '../../../src/v3.ts'
import { createCodex as createV4 } from '../../../src/v4.ts'
import { startProvider } from '../../support/provider.ts'
import { CREATED, completed, events, message } from '../v1/support.ts'

/** A web search by the backend, and a text. */
export const SEARCHED = events(
  CREATED,
  {
    type: 'response.output_item.done',
    output_index: 0,
    item: { id: 'ws_1', type: 'web_search_call', status: 'completed', action: { type: 'search' } },
  },
  message('found', 1),
  completed(),
)

/** The stand-in server, and a provider of one of the entries on it. */
export async function startEntry<Create extends (settings: CodexProviderSettings) => unknown>(
  createCodex: Create,
  settings: CodexProviderSettings = {},
): Promise<{ server: CodexServer; codex: ReturnType<Create> }> {
  const { server, authFile } = await startProvider()
  const { baseURL, issuer } = server
  const codex = createCodex({ baseURL, issuer, authFile, instructions: DEFAULT_INSTRUCTIONS, ...settings })
  return { server, codex: codex as ReturnType<Create> }
}

/** The entries whose models give blocks, with ids. */
export const ENTRIES = [
  { version: 'v2', createCodex: createV2 },
  { version: 'v3', createCodex: createV3 },
  { version: 'v4', createCodex: createV4 },
] as const

/** Starts and ends of blocks, by id. */
export function expectBalanced(parts: ReadonlyArray<{ type: string; id?: unknown }>): void {
  const open = new Set<string>()
  for (const { type, id } of parts) {
    const [, kind, edge] = /^(text|reasoning|tool-input)-(start|delta|end)$/.exec(type) ?? []
    if (kind === undefined) continue
    const key = `${kind} ${id}`
    expect(open.has(key)).toBe(edge !== 'start')
    if (edge === 'start') open.add(key)
    else if (edge === 'end') open.delete(key)
  }
  expect([...open]).toEqual([])
}
