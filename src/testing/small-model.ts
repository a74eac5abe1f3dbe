import { effortInUse } from './body-rules.ts'
import type { Turn } from './events.ts'
import { fillSchema, type Propose } from './fill-schema.ts'
import { asArray, asObject, asText, isObject } from './json.ts'
import { hostedTools, type OfferedTool, offeredTools, topTools } from './tools.ts'
import type { JsonObject, ToolCallAnswer } from './types.ts'

/** What the model finds in a request: the last user message and what came after it. */
interface Situation {
  prompt: string
  /** Media types, or `link`, of the images in the last user message and the outputs after it. */
  images: string[]
  /** Tool outputs after the last user message, by the name of the tool. */
  outputs: Array<{ name: string; text: string }>
  /** True where it has searched for tools since the last user message. */
  hasSearched: boolean
  /** True where a compaction stands for what came after the message. */
  isCompacted: boolean
}

const SHELL = 'local_shell'

const isOutput = (item: JsonObject) =>
  ['function_call_output', 'custom_tool_call_output', 'local_shell_call_output'].includes(asText(item.type))

const partsOf = (content: unknown): JsonObject[] =>
  typeof content === 'string' ? [{ type: 'input_text', text: content }] : asArray(content).map(asObject)

const textOf = (parts: readonly JsonObject[]): string =>
  parts
    .map((part) => asText(part.text))
    .filter(Boolean)
    .join('\n')

const imagesOf = (parts: readonly JsonObject[]): string[] =>
  parts
    .filter((part) => part.type === 'input_image')
    .map((part) => /^data:([^;,]+)/.exec(asText(part.image_url))?.[1] ?? 'link')

function survey(body: JsonObject): Situation {
  const items = asArray(body.input).filter(isObject)
  const lastUser = items.findLastIndex((item) => item.role === 'user')
  const names = new Map(
    items
      .map((item) => [item.call_id, item.type === 'local_shell_call' ? SHELL : asText(item.name)] as const)
      .filter(([, name]) => name),
  )
  const content = partsOf(items[lastUser]?.content)
  const outputs = items.slice(lastUser + 1).filter(isOutput)
  return {
    prompt: textOf(content),
    hasSearched: items.slice(lastUser + 1).some(({ type }) => type === 'tool_search_output'),
    isCompacted: items.slice(lastUser + 1).some(({ type }) => type === 'compaction'),
    images: [content, ...outputs.map((item) => partsOf(item.output))].flatMap(imagesOf),
    outputs: outputs.map((item) => ({
      name: names.get(item.call_id) ?? 'tool',
      text: textOf(partsOf(item.output)),
    })),
  }
}

const escapeRegExp = (text: string) => text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')

function names(prompt: string, tool: string): boolean {
  return new RegExp(`(?<![\\w-])${escapeRegExp(tool)}(?![\\w-])`, 'i').test(prompt)
}

/** Proposes values that the prompt mentions: `key: value`, a place after "in", the numbers in their order. */
function proposeFrom(prompt: string): Propose {
  const numbers = [...prompt.matchAll(/(?<![\w.])-?\d+(?:\.\d+)?(?![\w.]*\w)/g)].map((match) =>
    Number(match[0]),
  )
  return (key, kind) => {
    if (kind === 'number') return numbers.shift()
    const stated = new RegExp(`\\b${escapeRegExp(key)}\\s*[:=]\\s*(?:"([^"]+)"|([\\w./-]+))`, 'i').exec(
      prompt,
    )
    const place = /city|location|place|town/i.test(key)
      ? /\b(?:in|for|at)\s+(\p{Lu}[\p{L}-]*(?: \p{Lu}[\p{L}-]*)*)/u.exec(prompt)?.[1]
      : undefined
    return stated?.[1] ?? stated?.[2] ?? place
  }
}

function toolsToCall(body: JsonObject, { prompt, outputs }: Situation): OfferedTool[] {
  const choice = body.tool_choice
  if (choice === 'none') return []
  const tools = offeredTools(body)
  const forced = asText(asObject(choice).name)
  const allowed = forced ? tools.filter((tool) => tool.name === forced) : tools
  const open = allowed.filter(
    (tool) => names(prompt, tool.name) && !outputs.some(({ name }) => name === tool.name),
  )
  // A forced call is made once: a caller that keeps forcing it would loop for ever.
  const mustCall = (forced !== '' || choice === 'required') && outputs.length === 0
  const calls = open.length === 0 && mustCall ? allowed.slice(0, 1) : open
  return body.parallel_tool_calls === false ? calls.slice(0, 1) : calls
}

function call(tool: OfferedTool, prompt: string): ToolCallAnswer {
  const filled = fillSchema(tool.parameters ?? { type: 'object' }, proposeFrom(prompt))
  return {
    name: tool.name,
    arguments: tool.custom ? prompt : asObject(filled),
    ...(tool.namespace === undefined ? {} : { namespace: tool.namespace }),
    ...(tool.custom ? { custom: true } : {}),
  }
}

/** The hosted tools that the prompt names or the choice forces; one that was used since is not used again. */
function hostedToUse(body: JsonObject, { prompt, outputs }: Situation): string[] {
  const choice = body.tool_choice
  if (choice === 'none') return []
  const forced = asText(asObject(choice).type)
  return hostedTools(body).filter(
    (type) =>
      (type === forced || (forced === '' && names(prompt, type))) &&
      !outputs.some(({ name }) => name === type),
  )
}

/** It searches once, where the prompt seems to name a tool, as `look_up`, that it has not. */
function searchFor(body: JsonObject, { prompt, outputs, hasSearched }: Situation): ToolCallAnswer[] {
  const canSearch = topTools(body).some(({ tool }) => tool.type === 'tool_search')
  if (!canSearch || hasSearched || outputs.length > 0 || body.tool_choice === 'none') return []
  if (!/[^\W_]_[^\W_]/.test(prompt)) return []
  return [{ name: 'tool_search', arguments: { query: prompt }, toolSearch: true }]
}

function say({ prompt, images, outputs }: Situation): string {
  const seen = images.length === 1 ? 'I see 1 image' : `I see ${images.length} images`
  return [
    ...(outputs.length > 0
      ? outputs.map(({ name, text }) => `${name} returned: ${text}`)
      : [`You said: ${prompt}`]),
    ...(images.length > 0 ? [`${seen} (${images.join(', ')}).`] : []),
  ].join('\n')
}

function reason(body: JsonObject, { prompt }: Situation): Pick<Turn, 'reasoning'> {
  const { summary } = asObject(body.reasoning)
  const effort = effortInUse(body)
  if (effort === undefined || effort === 'none') return {}
  const text = `**Reading the request**\n\nThe last message has ${prompt.length} characters.`
  return { reasoning: typeof summary === 'string' ? { summary: text } : {} }
}

/**
 * What a small, honest model says to a request: it calls the tools that the last user message names, fills the schema
 * that is asked for, quotes tool outputs, and else repeats the prompt. The same body gives the same turn.
 */
export function planTurn(body: JsonObject): Turn {
  if (asObject(asArray(body.input).at(-1)).type === 'compaction_trigger') return { isCompaction: true }
  const situation = survey(body)
  const reasoning = reason(body, situation)
  const tools = situation.isCompacted ? [] : toolsToCall(body, situation)
  if (tools.length > 0) return { ...reasoning, calls: tools.map((tool) => call(tool, situation.prompt)) }
  const searches = searchFor(body, situation)
  if (searches.length > 0) return { ...reasoning, calls: searches }
  const used = situation.isCompacted ? [] : hostedToUse(body, situation)
  if (used.includes(SHELL)) return { ...reasoning, shell: { command: ['echo', situation.prompt] } }
  const hosted = (['web_search', 'image_generation'] as const).flatMap((type) =>
    used.includes(type) ? [{ type, prompt: situation.prompt }] : [],
  )
  const format = asObject(asObject(body.text).format)
  if (format.type === 'json_schema') {
    const value = fillSchema(format.schema, proposeFrom(situation.prompt))
    return { ...reasoning, text: JSON.stringify(value) }
  }
  return { ...reasoning, ...(hosted.length === 0 ? {} : { hosted }), text: say(situation) }
}
