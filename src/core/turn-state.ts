import { keepRecent } from '../lib/lru.ts'
import type { CodexPart } from '../parts/part.ts'

/** The `x-codex-turn-state` values of turns that wait for the results of their tool calls (docs/wire.md, Turn state). */
export interface TurnStates {
  /**
   * Keeps the state of a response that emitted these calls; without a call there is nothing to keep it for.
   *
   * @param login the `loginKey` of the login that got it; no other is ever given it
   */
  remember(login: string, callIds: readonly string[], state: string): void
  /** The state for a request whose input ends with the results of exactly the calls of one response. */
  find(login: string, input: readonly TurnItem[]): string | undefined
}

/** An item of the request's `input`, as far as it matters here. */
export interface TurnItem {
  readonly type: string
  readonly call_id?: string
}

const OUTPUT_TYPES = [
  'function_call_output',
  'custom_tool_call_output',
  'local_shell_call_output',
  'tool_search_output',
]

/** A memory of turn states. Beyond `limit` turns (default 1,000) the oldest is forgotten. */
export function createTurnStates(limit = 1000): TurnStates {
  const states = new Map<string, string>()
  return {
    remember(login, callIds, state) {
      if (callIds.length === 0) return
      keepRecent(states, keyOf(login, callIds), state, limit)
    },
    find(login, input) {
      if (states.size === 0) return undefined
      const lastOther = input.findLastIndex(({ type }) => !OUTPUT_TYPES.includes(type))
      const answered = input.slice(lastOther + 1).flatMap(({ call_id }) => call_id ?? [])
      return answered.length === 0 ? undefined : states.get(keyOf(login, answered))
    },
  }
}

/** Results come in any order. */
const keyOf = (login: string, callIds: readonly string[]): string =>
  JSON.stringify([login, ...[...new Set(callIds)].sort()])

/**
 * Keeps the turn state of an answer by the calls that it emits: those of the caller's tools, else its last tool search,
 * whose output ends the next request.
 *
 * @param stateOf The state, as it is known at the end of the answer.
 */
export function turnKeeper(
  turnStates: TurnStates,
  login: string,
  stateOf: () => string | undefined,
  searchName?: string,
): (part: CodexPart) => void {
  const callIds: string[] = []
  let searchIds: string[] = []
  return (part) => {
    if (part.type === 'tool-call') callIds.push(part.callId)
    else if (part.type === 'hosted-call' && part.name === searchName) searchIds = [part.callId]
    const ids = callIds.length > 0 ? callIds : searchIds
    if (part.type !== 'finish' || ids.length === 0) return
    const state = stateOf()
    if (state !== undefined) turnStates.remember(login, ids, state)
  }
}
