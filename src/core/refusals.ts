import { keepRecent } from '../lib/lru.ts'
import type { CodexRequest } from '../request/body.ts'
import type { WarningCollector } from '../request/warnings.ts'
import { type ReasoningItem, reasoningOf, withoutField, withoutReasoning } from './leave-out.ts'

/** The parts of earlier requests that a backend refused; later ones leave them out from the start. */
export interface Refusals {
  /** The refusals of one login (its `loginKey`) at one backend, for one model. */
  for(baseURL: string, login: string, model: string): ModelRefusals
}

/** The refusals for one login and model. */
export interface ModelRefusals {
  addField(field: string): void
  reasoning: ReasoningMemory
  /** The request without everything that was refused before, with a warning for each kind of it. */
  leaveOut(request: CodexRequest, warnings: WarningCollector): CodexRequest
}

/** Beyond that many, those used last stay. */
const MAX_MODELS = 100
const MAX_ITEMS = 10_000

export function createRefusals(): Refusals {
  const byModel = new Map<string, ModelRefusals>()
  return {
    for(baseURL, login, model) {
      const key = JSON.stringify([baseURL, login, model])
      const refusals = byModel.get(key) ?? createModelRefusals()
      keepRecent(byModel, key, refusals, MAX_MODELS)
      return refusals
    },
  }
}

function createModelRefusals(): ModelRefusals {
  const fields = new Set<string>()
  const reasoning = createReasoningMemory()
  return {
    addField: (field) => void fields.add(field),
    reasoning,
    leaveOut(given, warnings) {
      let request = given
      for (const field of fields) {
        const reduced = withoutField(request, field)
        if (!reduced) continue
        request = reduced.request
        if (reduced.warning) warnings.add(reduced.warning)
      }
      const reduced = withoutReasoning(request, reasoning.isLeftOut)
      if (!reduced) return request
      if (reduced.warning) warnings.add(reduced.warning)
      return reduced.request
    },
  }
}

/**
 * The reasoning that a backend takes, and that it refuses. A refusal that names no item leaves several suspects: later
 * requests bring back half of them at a time, until the one that was meant is found.
 */
export interface ReasoningMemory {
  isLeftOut(item: ReasoningItem): boolean
  /** Picks, after a refusal, the items that may have caused it: all but those known to be good. */
  suspectsIn(request: CodexRequest): ReasoningItem[]
  /** Keeps the one item that a refusal was about. */
  refuse(item: ReasoningItem): void
  /** Keeps that one of several items is refused. */
  suspect(items: readonly ReasoningItem[]): void
  /** Keeps that a request was answered. */
  accept(request: CodexRequest): void
  /** Keeps that an answer holds this reasoning, which is good by that. */
  acceptContent(encryptedContent: string): void
}

export function createReasoningMemory(): ReasoningMemory {
  const good = new Map<string, true>()
  const refused = new Map<string, true>()
  /** At least one of them is refused, oldest first. */
  let suspects: string[] = []
  /** They stood beside suspects; whether they are refused shows when the search has ended. */
  let waiting: string[] = []
  /** Left out of the next request, besides those that are refused. */
  let leftOut = new Set<string>()

  const keep = (map: Map<string, true>, key: string) => keepRecent(map, key, true, MAX_ITEMS)
  const isOpen = (key: string) => !good.has(key) && !refused.has(key)

  /** Ends the search where one suspect is left, else takes its next step. */
  function update(): void {
    suspects = suspects.filter(isOpen)
    waiting = waiting.filter(isOpen).slice(-MAX_ITEMS)
    const [found, other] = suspects
    if (found !== undefined && other === undefined) {
      keep(refused, found)
      suspects = []
    }
    const older = suspects.slice(0, Math.ceil(suspects.length / 2))
    leftOut = new Set(suspects.length === 0 ? [] : [...older, ...waiting])
  }

  return {
    isLeftOut(item) {
      const key = keyOf(item.encrypted_content)
      return refused.has(key) || leftOut.has(key)
    },
    suspectsIn: (request) =>
      reasoningOf(request).filter(({ encrypted_content }) => isOpen(keyOf(encrypted_content))),
    refuse(item) {
      keep(refused, keyOf(item.encrypted_content))
      update()
    },
    suspect(items) {
      const keys = new Set(items.map((item) => keyOf(item.encrypted_content)))
      if (suspects.length === 0 && waiting.some((key) => keys.has(key))) {
        // The search has found one, and what it left is refused as well: the history is another account's.
        for (const key of keys) keep(refused, key)
      } else {
        waiting = waiting.concat(suspects.filter((key) => !keys.has(key)))
        suspects = [...keys]
      }
      update()
    },
    accept(request) {
      const items = reasoningOf(request)
      if (items.length === 0) return
      for (const { encrypted_content } of items) keep(good, keyOf(encrypted_content))
      update()
    },
    acceptContent: (content) => keep(good, keyOf(content)),
  }
}

/** Its length and end, which are different for each, without a hold on the long string. */
const keyOf = (content: string): string => `${content.length}:${content.slice(-64)}`
