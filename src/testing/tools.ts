import { asArray, asObject, asText, isObject } from './json.ts'
import type { JsonObject } from './types.ts'

/** A tool that a request offers. */
export interface OfferedTool {
  name: string
  custom: boolean
  namespace: string | undefined
  parameters: unknown
}

/** A tool definition and where it stands in the body, such as `tools[0]`. */
interface PlacedTool {
  tool: JsonObject
  path: string
}

function place(tools: unknown, path: string): PlacedTool[] {
  return asArray(tools).map((tool, n) => ({ tool: asObject(tool), path: `${path}[${n}]` }))
}

/** Items that bring tools. */
const TOOL_ITEMS = ['additional_tools', 'tool_search_output']

/** All tool definitions of a request, those of its items too; namespaces are not opened. */
export function topTools(body: JsonObject): PlacedTool[] {
  const added = asArray(body.input).flatMap((item, n) =>
    isObject(item) && TOOL_ITEMS.includes(asText(item.type)) ? place(item.tools, `input[${n}].tools`) : [],
  )
  return [...place(body.tools, 'tools'), ...added]
}

/** All tool definitions of a request, with those inside namespaces in the place of the namespace. */
export function allTools(body: JsonObject): Array<PlacedTool & { namespace: string | undefined }> {
  return topTools(body).flatMap(
    ({ tool, path }): Array<PlacedTool & { namespace: string | undefined }> =>
      tool.type === 'namespace'
        ? place(tool.tools, `${path}.tools`).map((inner) => ({ ...inner, namespace: asText(tool.name) }))
        : [{ tool, path, namespace: undefined }],
  )
}

/** Tools that a model knows by their type. */
const HOSTED = ['web_search', 'image_generation', 'local_shell']

/** The types of the hosted tools that a request offers. */
export const hostedTools = (body: JsonObject): string[] =>
  topTools(body)
    .map(({ tool }) => asText(tool.type))
    .filter((type) => HOSTED.includes(type))

/** The tools that a model may call by name: functions and custom tools. */
export function offeredTools(body: JsonObject): OfferedTool[] {
  const tools = allTools(body).flatMap(({ tool, namespace }) =>
    tool.type === 'function' || tool.type === 'custom'
      ? [{ name: asText(tool.name), custom: tool.type === 'custom', namespace, parameters: tool.parameters }]
      : [],
  )
  // Two searches may find the same.
  return [...new Map(tools.map((tool) => [`${tool.namespace ?? ''} ${tool.name}`, tool])).values()]
}
