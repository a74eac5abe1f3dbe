import { type Finding, firstOf } from './finding.ts'
import { asArray, asObject, asText, isObject } from './json.ts'
import { strayKeywordFault, strictFault, topLevelFault } from './schema-rules.ts'
import { allTools, offeredTools, topTools } from './tools.ts'
import type { JsonObject } from './types.ts'

const TOOL_TYPES = [
  'function',
  'custom',
  'namespace',
  'tool_search',
  'web_search',
  'image_generation',
  'local_shell',
]
/** The fields of each tool type: as captured, and as the public Platform API names them. */
const TOOL_KEYS: Readonly<Record<string, readonly string[]>> = {
  function: ['type', 'name', 'description', 'strict', 'parameters', 'defer_loading'],
  custom: ['type', 'name', 'description', 'format', 'defer_loading'],
  web_search: [
    'type',
    'external_web_access',
    'search_content_types',
    'search_context_size',
    'user_location',
    'filters',
  ],
  image_generation: [
    'type',
    'background',
    'input_fidelity',
    'input_image_mask',
    'model',
    'moderation',
    'output_compression',
    'output_format',
    'partial_images',
    'quality',
    'size',
  ],
  local_shell: ['type'],
  tool_search: ['type', 'execution', 'description', 'parameters'],
  namespace: ['type', 'name', 'description', 'tools'],
}
const NAME = /^[a-zA-Z0-9_-]{1,64}$/

/** What is wrong with the name of a function, if anything is. */
export function nameFault(name: unknown, param: string): Finding | undefined {
  if (typeof name === 'string' && NAME.test(name)) return undefined
  const empty = asText(name) === ''
  const why = empty
    ? 'empty string. Expected a string with minimum length 1, but got an empty string instead.'
    : "string does not match pattern. Expected a string that matches the pattern '^[a-zA-Z0-9_-]{1,64}$'."
  return { message: `Invalid '${param}': ${why}`, param, code: empty ? 'empty_string' : 'invalid_value' }
}

/** A tool of a type that no reference names. */
export function toolType(body: JsonObject): Finding | undefined {
  return firstOf(topTools(body), ({ tool }) =>
    TOOL_TYPES.includes(asText(tool.type))
      ? undefined
      : { message: `Unsupported tool type: ${String(tool.type)}` },
  )
}

/** A function or custom tool without a right name. */
export function toolName(body: JsonObject): Finding | undefined {
  return firstOf([...topTools(body), ...allTools(body)], ({ tool, path }) =>
    ['function', 'custom', 'namespace'].includes(asText(tool.type))
      ? nameFault(tool.name, `${path}.name`)
      : undefined,
  )
}

/** A namespace without functions, or a search that the client does not run. */
export function toolContents(body: JsonObject): Finding | undefined {
  return firstOf(topTools(body), ({ tool, path }) => {
    const missing = (field: string) => ({
      message: `Missing required parameter: '${path}.${field}'.`,
      param: `${path}.${field}`,
      code: 'missing_required_parameter',
    })
    if (tool.type === 'tool_search' && tool.execution !== 'client') return missing('execution')
    if (tool.type === 'tool_search' && !isObject(tool.parameters)) return missing('parameters')
    if (tool.type !== 'tool_search' && tool.type !== 'namespace') return undefined
    const inner = asArray(tool.tools).map(asObject)
    const isWhole = inner.every(({ type }) => type === 'function' || type === 'custom')
    return tool.type === 'tool_search' || (isWhole && inner.length > 0) ? undefined : missing('tools')
  })
}

/** A field of a tool that no reference names, or the format of a custom tool that is none. */
export function toolKeys(body: JsonObject): Finding | undefined {
  return firstOf([...topTools(body), ...allTools(body)], ({ tool, path }) => {
    const stray = Object.keys(tool).find((key) => TOOL_KEYS[asText(tool.type)]?.includes(key) === false)
    if (stray === undefined) return formatFault(tool, path)
    const param = `${path}.${stray}`
    return { message: `Unknown parameter: '${param}'.`, param, code: 'unknown_parameter' }
  })
}

function formatFault(tool: JsonObject, path: string): Finding | undefined {
  if (tool.type !== 'custom' || tool.format === undefined) return undefined
  const { type, syntax, definition } = asObject(tool.format)
  const isGrammar =
    type === 'grammar' && ['lark', 'regex'].includes(asText(syntax)) && asText(definition) !== ''
  if (isGrammar || type === 'text') return undefined
  const param = `${path}.format`
  return { message: `Invalid value: '${String(type)}'.`, param, code: 'invalid_value' }
}

/** A function whose schema has a fault of one kind. */
function functionSchema(
  body: JsonObject,
  faultOf: (tool: JsonObject) => string | undefined,
): Finding | undefined {
  return firstOf(allTools(body), ({ tool, path }) => {
    const fault = tool.type === 'function' ? faultOf(tool) : undefined
    if (fault === undefined) return undefined
    const message = `Invalid schema for function '${asText(tool.name)}': ${fault}`
    return { message, param: `${path}.parameters`, code: 'invalid_function_parameters' }
  })
}

/** A function whose schema is no plain object at its top. */
export const toolTopLevel = (body: JsonObject): Finding | undefined =>
  functionSchema(body, (tool) => topLevelFault(tool.parameters))

/** A function whose schema has `$schema` or `ref` somewhere. */
export const toolKeyword = (body: JsonObject): Finding | undefined =>
  functionSchema(body, (tool) => strayKeywordFault(tool.parameters))

/** A strict function whose schema breaks the strict rules; a function is strict unless it says `strict: false`. */
export const toolStrict = (body: JsonObject): Finding | undefined =>
  functionSchema(body, (tool) => (tool.strict === false ? undefined : strictFault(tool.parameters)))

const CHOICES = ['auto', 'none', 'required']

/** A `tool_choice` of no known form, or one that the tools can't meet. */
export function toolChoice(body: JsonObject): Finding | undefined {
  const choice = body.tool_choice
  if (choice === undefined || choice === 'auto' || choice === 'none') return undefined
  const param = 'tool_choice'
  if (choice === 'required') {
    return topTools(body).length > 0
      ? undefined
      : { message: "Tool choice 'required' must be specified with 'tools' parameter.", param }
  }
  const type = asText(asObject(choice).type)
  if (!isObject(choice) || type === '') {
    return {
      message: `Invalid value: '${String(choice)}'. Supported values are: ${CHOICES.join(', ')}.`,
      param,
    }
  }
  const found =
    type === 'function' || type === 'custom'
      ? offeredTools(body).some(({ name, custom }) => name === choice.name && custom === (type === 'custom'))
      : type === 'allowed_tools' || topTools(body).some(({ tool }) => tool.type === type)
  return found ? undefined : { message: `Tool choice '${type}' not found in 'tools' parameter.`, param }
}

/** A `text.format` of a kind other than text or a named JSON schema. */
export function formatType(body: JsonObject): Finding | undefined {
  const format = asObject(body.text).format
  if (format === undefined || asObject(format).type === 'text') return undefined
  const { type, name, schema } = asObject(format)
  if (type !== 'json_schema') {
    return {
      message: `Unsupported value: '${String(type)}'.`,
      param: 'text.format.type',
      code: 'unsupported_value',
    }
  }
  if (!isObject(schema)) {
    const param = 'text.format.schema'
    return { message: `Missing required parameter: '${param}'.`, param, code: 'missing_required_parameter' }
  }
  return nameFault(name, 'text.format.name')
}

/** A strict `text.format` whose schema breaks the strict rules. */
export function formatSchema(body: JsonObject): Finding | undefined {
  const { type, name, schema, strict } = asObject(asObject(body.text).format)
  if (type !== 'json_schema' || strict !== true) return undefined
  const fault = topLevelFault(schema) ?? strictFault(schema)
  if (fault === undefined) return undefined
  const message = `Invalid schema for response_format '${asText(name)}': ${fault}`
  return { message, param: 'text.format.schema', code: 'invalid_json_schema' }
}

/** Are there members of `include` that are no text? */
export const badInclude = (body: JsonObject): boolean =>
  body.include !== undefined &&
  !(Array.isArray(body.include) && asArray(body.include).every((name) => typeof name === 'string'))
