import { keepRecent } from '../lib/lru.ts'
import type { CodexPart } from '../parts/part.ts'

/** The `x-codex-turn-state` values of turns that wait for the results of their tool calls (docs/wire.md, Turn state). */
export interface TurnStates {
  /**
   * Keeps the state of a response that emitted these calls; without a call there is nothing to keep it for.
   *
   * @param account whose login got it; no other is ever given it
   */
  remember(account: string, callIds: readonly string[], state: string): void
  /** The state for a request whose input ends with the results of exactly the calls of one response. */
  find(account: string, input: readonly TurnItem[]): string | undefined
}

/** An item of the request's `input`, as far as it matters here. */
export interface TurnItem {
  readonly type: string
  readonly call_id?: string
}

const OUTPUT_TYPES = ['function_call_output', 'custom_tool_call_output', 'local_shell_call_output']

/** An own memory of turn states, for one provider. Beyond `limit` turns (default 1,000) the oldest is forgotten. */
export function createTurnStates(limit = 1000): TurnStates {
  const states = new Map<string, string>()
  return {
    remember(account, callIds, state) {
      if (callIds.length === 0) return
      keepRecent(states, keyOf(account, callIds), state, limit)
    },
    find(account, input) {
      const lastOther = input.findLastIndex(({ type }) => !OUTPUT_TYPES.includes(type))
      const answered = input.slice(lastOther + 1).flatMap(({ call_id }) => call_id ?? [])
      return answered.length === 0 ? undefined : states.get(keyOf(account, answered))
    },
  }
}

/** Results come in any order. */
const keyOf = (account: string, callIds: readonly string[]): string =>
  JSON.stringify([account, ...[...new Set(callIds)].sort()])

/** Keeps the turn state of an answer by the calls that it emits. */
export function turnKeeper(
  turnStates: TurnStates,
  account: string,
  state: string | undefined,
): ((part: CodexPart) => void) | undefined {
  if (state === undefined) return undefined
  const callIds: string[] = []
  return (part) => {
    if (part.type === 'tool-call') callIds.push(part.callId)
    else if (part.type === 'finish') turnStates.remember(account, callIds, state)
  }
}
