import { listedEfforts } from './catalogue.ts'
import type { RequestFacts } from './facts.ts'
import { type Finding, firstOf } from './finding.ts'
import { asArray, asObject, asText, isObject } from './json.ts'
import { badInclude } from './tool-rules.ts'
import type { JsonObject } from './types.ts'

/** The fields of a body that any capture shows; `null` stands for one whose inner fields are not listed. */
const FIELDS: Readonly<Record<string, readonly string[] | null>> = {
  model: null,
  stream: null,
  input: null,
  tools: null,
  tool_choice: null,
  parallel_tool_calls: null,
  reasoning: ['effort', 'summary', 'context'],
  store: null,
  include: null,
  prompt_cache_key: null,
  text: ['verbosity', 'format'],
  client_metadata: null,
  service_tier: null,
  instructions: null,
}
const EFFORTS = ['none', 'minimal', 'low', 'medium', 'high', 'xhigh', 'max']
const SUMMARIES = ['auto', 'concise', 'detailed']
const VERBOSITIES = ['low', 'medium', 'high']

/** The name of the first field that no reference names, such as `temperature` or `reasoning.budget`. */
export function unknownField(body: JsonObject): string | undefined {
  for (const [name, value] of Object.entries(body)) {
    const known = Object.hasOwn(FIELDS, name) ? FIELDS[name] : undefined
    if (known === undefined) return name
    const stray = known && Object.keys(asObject(value)).find((key) => !known.includes(key))
    if (stray) return `${name}.${stray}`
  }
  return undefined
}

const isFlatMap = (value: unknown) =>
  isObject(value) && Object.values(value).every((member) => typeof member === 'string')

/** The name of the first field whose value is of the wrong type. */
export function wrongType(body: JsonObject): string | undefined {
  const checks: ReadonlyArray<[string, boolean]> = [
    ['instructions', body.instructions === undefined || typeof body.instructions === 'string'],
    ['tools', body.tools === undefined || Array.isArray(body.tools)],
    [
      'parallel_tool_calls',
      body.parallel_tool_calls === undefined || typeof body.parallel_tool_calls === 'boolean',
    ],
    ['reasoning', body.reasoning === undefined || isObject(body.reasoning)],
    ['text', body.text === undefined || isObject(body.text)],
    ['include', !badInclude(body)],
    ['client_metadata', body.client_metadata === undefined || isFlatMap(body.client_metadata)],
    ['prompt_cache_key', body.prompt_cache_key === undefined || typeof body.prompt_cache_key === 'string'],
  ]
  return checks.find(([, fits]) => !fits)?.[0]
}

const list = (values: readonly string[]) => values.map((value) => `'${value}'`).join(', ')

function unsupported(value: unknown, param: string, values: readonly string[], where = ''): Finding {
  const message = `Unsupported value: '${String(value)}' is not supported${where}. Supported values are: ${list(values)}.`
  return { message, param, code: 'unsupported_value' }
}

/** An effort that nobody knows, or that the model does not list. */
export function effortFault({ body, model }: RequestFacts): Finding | undefined {
  const { effort } = asObject(body.reasoning)
  // A mode of the client: it sends another effort in its place.
  const listed = (listedEfforts(model) ?? EFFORTS).filter((level) => level !== 'ultra')
  if (effort === undefined || listed.includes(asText(effort))) return undefined
  return unsupported(effort, 'reasoning.effort', listed, ` with the '${asText(body.model)}' model`)
}

/** A change of the effort that the model does not take, or that comes before any message of the user. */
export function effortUpdateFault({ items, model }: RequestFacts): Finding | undefined {
  const firstUser = items.findIndex(({ item }) => item.role === 'user')
  const listed = (listedEfforts(model) ?? EFFORTS).filter((level) => level !== 'ultra')
  return firstOf(items.entries(), ([n, { item, path }]) => {
    if (item.type !== 'configuration_update') return undefined
    const param = `${path}.type`
    if (model?.supports_reasoning_effort_updates === false || n < firstUser)
      return { message: "Invalid value: 'configuration_update'.", param, code: 'invalid_value' }
    const reasoning = asObject(item.reasoning)
    const isEffort = Object.keys(reasoning).join() === 'effort' && listed.includes(asText(reasoning.effort))
    return isEffort ? undefined : unsupported(reasoning.effort, `${path}.reasoning.effort`, listed)
  })
}

/** The effort that holds at the end of the input. */
export function effortInUse(body: JsonObject): unknown {
  const last = asArray(body.input).findLast((item) => asObject(item).type === 'configuration_update')
  return asObject(asObject(last ?? body).reasoning).effort
}

/** A summary or verbosity of no known kind. */
export function enumFault({ body }: RequestFacts): Finding | undefined {
  const { summary } = asObject(body.reasoning)
  if (summary !== undefined && !SUMMARIES.includes(asText(summary))) {
    return unsupported(summary, 'reasoning.summary', SUMMARIES)
  }
  const { verbosity } = asObject(body.text)
  return verbosity === undefined || VERBOSITIES.includes(asText(verbosity))
    ? undefined
    : unsupported(verbosity, 'text.verbosity', VERBOSITIES)
}

/** Is the base prompt there: `instructions`, or a developer message before all others? */
export function hasInstructions({ body, items }: RequestFacts): boolean {
  return asText(body.instructions).trim() !== '' || items[0]?.item.role === 'developer'
}
