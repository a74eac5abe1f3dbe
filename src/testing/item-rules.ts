import { NO_COMP_HASH, type RequestFacts } from './facts.ts'
import { type Finding, firstOf } from './finding.ts'
import { asText, isObject } from './json.ts'
import { nameFault } from './tool-rules.ts'
import type { JsonObject } from './types.ts'

const LONGEST_ID = 64
const ANY = ['type', 'id', 'internal_chat_message_metadata_passthrough']

/** The fields of each captured item type. */
const ITEM_KEYS: Readonly<Record<string, readonly string[]>> = {
  message: [...ANY, 'role', 'content', 'status', 'phase'],
  reasoning: [...ANY, 'summary', 'content', 'encrypted_content', 'status'],
  function_call: [...ANY, 'call_id', 'name', 'arguments', 'status', 'namespace'],
  function_call_output: [...ANY, 'call_id', 'output', 'status'],
  custom_tool_call: [...ANY, 'call_id', 'name', 'input', 'status', 'namespace'],
  custom_tool_call_output: [...ANY, 'call_id', 'output', 'status'],
  additional_tools: [...ANY, 'role', 'tools'],
  configuration_update: ['type', 'reasoning'],
  tool_search_call: [...ANY, 'call_id', 'status', 'execution', 'arguments'],
  tool_search_output: [...ANY, 'call_id', 'status', 'execution', 'tools'],
  compaction: [...ANY, 'encrypted_content'],
  compaction_trigger: ['type'],
}

/** Item types that are known by name only, so that their fields can't be checked. */
const NAMED_ONLY = [
  'agent_message',
  'local_shell_call',
  'local_shell_call_output',
  'image_generation_call',
  'web_search_call',
  'mcp_approval_request',
]

const OUTPUT_OF: Readonly<Record<string, string>> = {
  function_call: 'function_call_output',
  custom_tool_call: 'custom_tool_call_output',
  tool_search_call: 'tool_search_output',
}
const CALL_OF: Readonly<Record<string, string>> = {
  function_call_output: 'function_call',
  custom_tool_call_output: 'custom_tool_call',
  tool_search_output: 'tool_search_call',
}

/** The kinds of calls, as refusals name them. */
const KINDS: Readonly<Record<string, string>> = {
  function_call: 'function call',
  custom_tool_call: 'custom tool call',
  tool_search_call: 'tool search call',
}

/** The type of an item; a message may leave it out. */
const typeOf = (item: JsonObject): string => asText(item.type) || (item.role === undefined ? '' : 'message')

const shortId = (item: JsonObject) => asText(item.id) || 'without id'

/** An item of a type that no reference names. */
export function itemType({ items }: RequestFacts): Finding | undefined {
  return firstOf(items, ({ item, path }) => {
    const type = typeOf(item)
    if (Object.hasOwn(ITEM_KEYS, type) || NAMED_ONLY.includes(type)) return undefined
    return { message: `Invalid value: '${type}'.`, param: `${path}.type`, code: 'invalid_value' }
  })
}

/** An item that must be looked up: nothing is stored. */
export function itemReference({ items }: RequestFacts): Finding | undefined {
  return firstOf(items, ({ item, path }) =>
    item.type === 'item_reference'
      ? {
          message: `Item with id '${asText(item.id)}' not found. Items are not persisted when \`store\` is set to false. Try again with \`store\` set to true, or remove this item from your input.`,
          param: path.replace(/\[.*/, ''),
        }
      : undefined,
  )
}

/** A field that no reference names. */
export function itemKeys({ items }: RequestFacts): Finding | undefined {
  return firstOf(items, ({ item, path }) => {
    const stray = Object.keys(item).find((key) => ITEM_KEYS[typeOf(item)]?.includes(key) === false)
    if (stray === undefined) return undefined
    const param = `${path}.${stray}`
    return { message: `Unknown parameter: '${param}'.`, param, code: 'unknown_parameter' }
  })
}

/** An `id` or `call_id` over 64 characters. */
export function longId({ items }: RequestFacts): Finding | undefined {
  return firstOf(items, ({ item, path }) => {
    const key = ['id', 'call_id'].find((name) => asText(item[name]).length > LONGEST_ID)
    if (key === undefined) return undefined
    const param = `${path}.${key}`
    const message = `Invalid '${param}': string too long. Expected a string with maximum length ${LONGEST_ID}, but got a string with length ${asText(item[key]).length} instead.`
    return { message, param, code: 'string_above_max_length' }
  })
}

/** An `id` or `call_id` that is given and is no text, or a call without one. */
export function badId({ items }: RequestFacts): Finding | undefined {
  return firstOf(items, ({ item, path }) => {
    const isCall = item.type !== undefined && ITEM_KEYS[typeOf(item)]?.includes('call_id')
    const wrong = ['id', 'call_id'].find(
      (key) => (item[key] !== undefined || (isCall && key === 'call_id')) && asText(item[key]) === '',
    )
    if (wrong === undefined) return undefined
    const param = `${path}.${wrong}`
    return { message: `Invalid '${param}': expected a non-empty string.`, param, code: 'invalid_type' }
  })
}

/** A role that messages don't have. */
export function messageRole({ items }: RequestFacts): Finding | undefined {
  return firstOf(items, ({ item, path }) => {
    if (typeOf(item) !== 'message' || ['user', 'assistant', 'developer'].includes(asText(item.role)))
      return undefined
    const message = `Invalid value: '${String(item.role)}'. Supported values are: 'assistant', 'developer', and 'user'.`
    return { message, param: `${path}.role`, code: 'invalid_value' }
  })
}

/** Reasoning by its id alone. */
export function reasoningById({ items }: RequestFacts): Finding | undefined {
  return firstOf(items, ({ item }) =>
    item.type === 'reasoning' && asText(item.encrypted_content) === ''
      ? {
          message: `Item with id '${asText(item.id) || 'rs_unknown'}' not found. Items are not persisted when \`store\` is set to false. Try again with \`store\` set to true, or remove this item from your input.`,
          param: 'input',
        }
      : undefined,
  )
}

/** Reasoning that carries this server's mark and that it never gave out. */
export function unverifiedReasoning({ items, issued }: RequestFacts): Finding | undefined {
  return firstOf(items, ({ item }) => {
    const content = asText(item.encrypted_content)
    if (item.type !== 'reasoning' || !content.startsWith('gAAAA_standin') || issued.has(content))
      return undefined
    const message = `The encrypted content for item ${shortId(item)} could not be verified. Reason: Encrypted content could not be decrypted or parsed.`
    return { message, code: 'invalid_encrypted_content' }
  })
}

/** A trigger that is not the one last item, or has nothing to compact. */
export function triggerPlace({ items }: RequestFacts): Finding | undefined {
  return firstOf(items.entries(), ([n, { item, path }]) =>
    item.type === 'compaction_trigger' && (n === 0 || n !== items.length - 1)
      ? {
          message: 'compaction_trigger must be the last item of the input.',
          param: path,
          code: 'invalid_value',
        }
      : undefined,
  )
}

/** A compaction, or the wish for one, from a client that does not name the feature. */
export function compactionFeature({ items, headers }: RequestFacts): Finding | undefined {
  const features = (headers['x-codex-beta-features'] ?? '').split(',').map((name) => name.trim())
  if (features.includes('remote_compaction_v2')) return undefined
  return firstOf(items, ({ item, path }) =>
    item.type === 'compaction_trigger' || item.type === 'compaction'
      ? {
          message: `Items of the type ${item.type} need the header x-codex-beta-features: remote_compaction_v2.`,
          param: path,
          code: 'invalid_value',
        }
      : undefined,
  )
}

/** A compaction without content, that this server never gave out, or that the model can't read. */
export function unreadableCompaction({ items, issued, model }: RequestFacts): Finding | undefined {
  return firstOf(items, ({ item }) => {
    if (item.type !== 'compaction') return undefined
    const content = asText(item.encrypted_content)
    const made = /^gAAAA_standin_cmp_([^_]+)_/.exec(content)?.[1]
    const isForeign =
      made !== undefined && (!issued.has(content) || made !== (asText(model?.comp_hash) || NO_COMP_HASH))
    if (content !== '' && !isForeign) return undefined
    const message = `The encrypted content for item ${shortId(item)} could not be verified. Reason: Encrypted content could not be decrypted or parsed.`
    return { message, code: 'invalid_compaction' }
  })
}

/** Reasoning that nothing of the model's follows. */
export function reasoningAlone({ items }: RequestFacts): Finding | undefined {
  return firstOf(items.entries(), ([n, { item }]) => {
    if (item.type !== 'reasoning') return undefined
    const next = items[n + 1]?.item ?? {}
    const follows = next.role === 'assistant' || /_call$|^reasoning$/.test(typeOf(next))
    const message = `Item '${shortId(item)}' of type 'reasoning' was provided without its required following item.`
    return follows ? undefined : { message, param: 'input' }
  })
}

/** A tool's output without an earlier call of that id. */
export function outputWithoutCall({ items }: RequestFacts): Finding | undefined {
  const called = new Set<string>()
  return firstOf(items, ({ item }) => {
    const type = typeOf(item)
    called.add(`${type} ${asText(item.call_id)}`)
    const wanted = CALL_OF[type]
    if (wanted === undefined || called.has(`${wanted} ${asText(item.call_id)}`)) return undefined
    return {
      message: `No tool call found for ${KINDS[wanted]} output with call_id ${asText(item.call_id)}.`,
      param: 'input',
    }
  })
}

/** A call that no output answers. */
export function callWithoutOutput({ items }: RequestFacts): Finding | undefined {
  return firstOf(items.entries(), ([n, { item }]) => {
    const type = typeOf(item)
    const wanted = OUTPUT_OF[type]
    const answered = items
      .slice(n + 1)
      .some((later) => later.item.type === wanted && later.item.call_id === item.call_id)
    if (wanted === undefined || answered) return undefined
    return { message: `No tool output found for ${KINDS[type]} ${asText(item.call_id)}.`, param: 'input' }
  })
}

/** The same `id` twice, or two calls or two outputs with the same `call_id`. */
export function duplicateId({ items }: RequestFacts): Finding | undefined {
  const seen = new Set<string>()
  return firstOf(items, ({ item }) => {
    for (const [key, mark] of [
      ['id', ''],
      ['call_id', typeOf(item)],
    ] as const) {
      const id = asText(item[key])
      if (id === '') continue
      if (seen.has(`${key} ${mark} ${id}`)) {
        const message = `Duplicate item found with ${key} ${id}. Remove duplicate items from your input and try again.`
        return { message, param: 'input' }
      }
      seen.add(`${key} ${mark} ${id}`)
    }
    return undefined
  })
}

/** A call without a right name. */
export function callName({ items }: RequestFacts): Finding | undefined {
  return firstOf(items, ({ item, path }) =>
    typeOf(item) in OUTPUT_OF && item.type !== 'tool_search_call'
      ? nameFault(item.name, `${path}.name`)
      : undefined,
  )
}

/** A tool search that the client did not run to its end, without its arguments, or whose output has other than functions. */
export function searchItem({ items }: RequestFacts): Finding | undefined {
  return firstOf(items, ({ item, path }) => {
    if (item.type !== 'tool_search_call' && item.type !== 'tool_search_output') return undefined
    const tools = Array.isArray(item.tools) ? item.tools : [undefined]
    const isLoadable = (tool: unknown) =>
      isObject(tool) && (tool.type === 'function' || tool.type === 'namespace')
    const checks: ReadonlyArray<readonly [string, boolean]> = [
      ['execution', item.execution === 'client'],
      ['status', item.status === 'completed'],
      item.type === 'tool_search_call'
        ? ['arguments', isObject(item.arguments)]
        : ['tools', tools.every(isLoadable)],
    ]
    const wrong = checks.find(([, fits]) => !fits)?.[0]
    if (wrong === undefined) return undefined
    const param = `${path}.${wrong}`
    return { message: `Invalid value for '${param}'.`, param, code: 'invalid_value' }
  })
}

/** A call whose arguments or input are no text. */
export function callArguments({ items }: RequestFacts): Finding | undefined {
  return firstOf(items, ({ item, path }) => {
    const key = { function_call: 'arguments', custom_tool_call: 'input' }[typeOf(item)]
    if (key === undefined || typeof item[key] === 'string') return undefined
    const got = isObject(item[key]) ? 'an object' : String(item[key])
    const param = `${path}.${key}`
    return {
      message: `Invalid type for '${param}': expected a string, but got ${got} instead.`,
      param,
      code: 'invalid_type',
    }
  })
}
