import type { BackendFailure } from '../events/event.ts'
import { headerLimits, mergeLimits } from '../events/rate-limits.ts'
import { onAbort, untilAborted, withDeadline } from '../lib/abort.ts'
import { asObject, parseObject } from '../lib/json.ts'
import { applyCorrections } from '../parts/corrections.ts'
import type { CodexPart, CodexUsage } from '../parts/part.ts'
import { addUsage } from '../parts/usage.ts'
import type { CodexAssistantPart, CodexCall } from '../request/call.ts'
import type { ToolSearch } from '../request/deferred-tools.ts'
import { UNNAMED_EFFORT } from '../request/effort-updates.ts'
import type { CodexAnswer } from './send-call.ts'

type Part<Type extends CodexPart['type']> = Extract<CodexPart, { type: Type }>

/** Answers of one call that may end with a search, the first one included. */
const MAX_ROUNDS = 8

/** The raw reason of an answer that ends with a search too many. */
const LIMIT_REASON = 'tool_search_limit'

/** What a call with tool searches needs. */
interface SearchContext {
  readonly call: CodexCall
  /** Sends the call with the answers so far. */
  send(call: CodexCall): Promise<CodexAnswer>
  /** Milliseconds that a search may take; 0 for no limit. */
  readonly searchTimeoutMs: number
}

/**
 * Goes on with an answer that searches for tools: runs the searches once the answer has ended, and asks again with what
 * they found, so that the caller sees one answer. One that also calls tools of the caller ends there: `ai` asks again.
 *
 * @param first The answer to the call, which was sent with `call.signal`.
 */
export function continueWithSearches(
  first: CodexAnswer,
  { search, ...context }: SearchContext & { readonly search: ToolSearch },
): CodexAnswer {
  const { call } = context
  const controller = new AbortController()
  const stopListening = onAbort(call.signal, () => controller.abort(call.signal?.reason))
  const { signal } = controller
  /** Errors of requests that failed before their answer began, by their parts. */
  const errors = new Map<BackendFailure, Error>()
  let current = first
  let usage: CodexUsage | undefined
  let rateLimits: Part<'finish'>['rateLimits']
  let content: readonly CodexAssistantPart[] = []
  /** Ids of calls in earlier answers: some backends count anew in each, and `ai` knows a call by its id. */
  const usedIds = new Set<string>()
  let round = createRound(search.name, usedIds, 0)
  let rounds = 1
  /** The end of an answer whose searches are still to run. */
  let pending: Part<'finish'> | undefined
  /** True while the results are shown and the next request is still to be sent. */
  let mustGoOn = false
  let isOver = false

  function finishOf(part: Part<'finish'>): Part<'finish'> {
    return {
      ...part,
      usage: usage ? addUsage(usage, part.usage) : part.usage,
      rateLimits: mergeLimits(rateLimits, part.rateLimits),
    }
  }

  async function next(): Promise<CodexPart[] | undefined> {
    try {
      return await read()
    } catch (error) {
      over([])
      throw error
    }
  }

  async function read(): Promise<CodexPart[] | undefined> {
    if (isOver) return undefined
    if (pending) return afterRound(pending)
    if (mustGoOn) {
      mustGoOn = false
      const failure = await goOn()
      if (failure) return over([failure])
    }
    const parts = await current.next()
    if (parts === undefined) return over([])
    const shown: CodexPart[] = []
    for (const given of parts) {
      const part = round.add(given)
      if (part.type === 'finish') pending = part
      else shown.push(part)
      if (part.type === 'failure') return over(shown)
    }
    if (pending === undefined || shown.length > 0) return shown
    return afterRound(pending)
  }

  function over(parts: CodexPart[]): CodexPart[] | undefined {
    isOver = true
    stopListening()
    return parts.length === 0 ? undefined : parts
  }

  /** Runs the searches of an answer that has ended; goes on where it asked for nothing else. */
  async function afterRound(finish: Part<'finish'>): Promise<CodexPart[] | undefined> {
    const calls = round.searches()
    if (calls.length === 0) return over([finishOf(finish)])
    const results: CodexPart[] = []
    const found = new Map<string, readonly string[]>()
    for (const one of calls) {
      const { result, names } = await run(one)
      results.push(result)
      found.set(one.callId, names)
    }
    if (round.hasCalls() || finish.reason !== 'stop') return over([...results, finishOf(finish)])
    if (rounds === MAX_ROUNDS) {
      return over([...results, finishOf({ ...finish, reason: 'other', rawReason: LIMIT_REASON })])
    }
    usage = usage ? addUsage(usage, finish.usage) : finish.usage
    rateLimits = mergeLimits(rateLimits, finish.rateLimits)
    content = content.concat(round.toContent(found))
    for (const id of round.callIds()) usedIds.add(id)
    round = createRound(search.name, usedIds, round.nextItem())
    rounds++
    pending = undefined
    mustGoOn = true
    return results
  }

  /** Asks again; a request that fails ends the answer, since its beginning has been shown. */
  async function goOn(): Promise<CodexPart | undefined> {
    // As the next call of the caller would name it, so that both begin the same.
    const effort = first.request.effort ?? UNNAMED_EFFORT
    const messages = call.messages.concat({ role: 'assistant', content, effort })
    try {
      current = await context.send({ ...call, messages, signal })
      rateLimits = mergeLimits(rateLimits, headerLimits(current.responseHeaders, Date.now()))
      // The caller may have gone while it was on its way.
      if (isOver) await current.cancel()
      return undefined
    } catch (error) {
      signal.throwIfAborted()
      if (!(error instanceof Error)) throw error
      const failure: BackendFailure = {
        message: error.message,
        code: undefined,
        type: undefined,
        statusCode: undefined,
        data: {},
      }
      errors.set(failure, error)
      return { type: 'failure', failure }
    }
  }

  async function run(one: Part<'hosted-call'>): Promise<{ result: CodexPart; names: readonly string[] }> {
    const given = asObject(parseObject(one.input)).arguments
    const { callId, item, itemId, name } = one
    const shared = {
      type: 'hosted-result',
      callId,
      item,
      itemId,
      name,
      isPreliminary: false,
      details: {},
    } as const
    try {
      const names = await withDeadline(signal, context.searchTimeoutMs, tooSlow, (until) =>
        untilAborted(search.find(given, until), until),
      )
      return { names, result: { ...shared, isError: false, result: { tools: search.describe(names) } } }
    } catch (error) {
      signal.throwIfAborted()
      const message = error instanceof Error ? error.message : String(error)
      return { names: [], result: { ...shared, isError: true, result: { tools: [], error: message } } }
    }
  }

  return {
    ...first,
    next,
    async cancel(reason) {
      over([])
      controller.abort(reason)
      await current.cancel(reason)
    },
    errorOf: (failure) => errors.get(failure) ?? current.errorOf(failure),
  }
}

const tooSlow = (): Error => new Error('The tool search took too long.')

/** Collects the parts of one answer, whose items are counted on from those before it. */
function createRound(searchName: string, usedIds: ReadonlySet<string>, firstItem: number) {
  const parts: CodexPart[] = []
  const searches: Array<Part<'hosted-call'>> = []
  let nextItem = firstItem
  let hasCalls = false
  const callIds = new Set<string>()

  /** Counts items on, and renames a call whose id an earlier answer has used. */
  function toUnique(part: CodexPart): CodexPart {
    if (!('item' in part)) return part
    const item = part.item + firstItem
    if (!('callId' in part)) return { ...part, item }
    callIds.add(part.callId)
    return { ...part, item, callId: usedIds.has(part.callId) ? `${part.callId}_${firstItem}` : part.callId }
  }

  return {
    callIds: (): Iterable<string> => callIds,
    add(given: CodexPart): CodexPart {
      const part = toUnique(given)
      if ('item' in part) nextItem = Math.max(nextItem, part.item + 1)
      if (part.type === 'tool-call') hasCalls = true
      if (part.type === 'hosted-call' && part.name === searchName) searches.push(part)
      parts.push(part)
      return part
    },
    nextItem: () => nextItem,
    hasCalls: () => hasCalls,
    searches: (): ReadonlyArray<Part<'hosted-call'>> => searches,
    /** The answer as the next request says it: the same as the messages that `ai` makes of it. */
    toContent: (found: ReadonlyMap<string, readonly string[]>) => toContent(applyCorrections(parts), found),
  }
}

interface Block {
  type: 'text' | 'reasoning'
  text: string
  phase?: string | undefined
  encryptedContent?: string | undefined
}

/** Turns an answer into the content of a message. Calls of hosted tools stay out, but for the searches. */
function toContent(
  parts: readonly CodexPart[],
  found: ReadonlyMap<string, readonly string[]>,
): CodexAssistantPart[] {
  const content: Array<Block | CodexAssistantPart> = []
  const blocks = new Map<string, Block>()
  const open = (id: string, block: Block) => {
    blocks.set(id, block)
    content.push(block)
  }
  for (const part of parts) {
    switch (part.type) {
      case 'text-start':
        open(part.id, { type: 'text', text: '', phase: part.phase })
        break
      case 'reasoning-start':
        open(part.id, { type: 'reasoning', text: '' })
        break
      case 'text-delta':
      case 'reasoning-delta': {
        const block = blocks.get(part.id)
        if (block) block.text += part.delta
        break
      }
      case 'text-end':
      case 'reasoning-end': {
        const block = blocks.get(part.id)
        if (block)
          Object.assign(
            block,
            part.type === 'text-end' ? { phase: part.phase } : { encryptedContent: part.encryptedContent },
          )
        break
      }
      case 'hosted-call': {
        const names = found.get(part.callId)
        const given = asObject(parseObject(part.input)).arguments
        if (names) content.push({ type: 'tool-search', callId: part.callId, arguments: given, found: names })
        break
      }
      case 'file':
        content.push({ type: 'file', data: part.data, mediaType: part.mediaType })
        break
      case 'opaque':
        content.push({ type: 'opaque', item: part.data })
        break
      default:
    }
  }
  return content.map(toPart)
}

function toPart(part: Block | CodexAssistantPart): CodexAssistantPart {
  if (part.type !== 'reasoning' || !('text' in part)) return part as CodexAssistantPart
  return {
    type: 'reasoning',
    summary: part.text === '' ? [] : [part.text],
    encryptedContent: part.encryptedContent,
  }
}
