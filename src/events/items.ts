import { asObject, isObject, type JsonObject, textOf } from '../lib/json.ts'
import { toCitation } from './citations.ts'
import type { CallItem, CodexItem } from './event.ts'
import { toHostedCall, toHostedOutput } from './hosted.ts'
import { camelCased, camelCasedObject, list } from './values.ts'

/** Reads an item of an answer; types that are unknown, or hold nothing for a caller, are `other`. */
export function toItem(item: JsonObject): CodexItem {
  const id = textOf(item.id)
  switch (item.type) {
    case 'message':
      return toMessage(item, id)
    case 'reasoning':
      return {
        type: 'reasoning',
        id,
        summary: list(item.summary).map((part) => textOf(part.text) ?? ''),
        content: list(item.content).map((part) => textOf(part.text) ?? ''),
        encryptedContent: textOf(item.encrypted_content),
      }
    case 'function_call':
      return toCall(item, id, 'function', textOf(item.name), toJSONText(item.arguments))
    case 'custom_tool_call':
      return toCall(item, id, 'custom', textOf(item.name), textOf(item.input) ?? '')
    case 'local_shell_call':
    case 'apply_patch_call':
    case 'computer_call':
      return toBuiltInCall(item, id)
    case 'shell_call':
      // Without a container of the backend's own, it is the caller's shell.
      return isHostedShell(item) ? toHostedCall(item, id) : toBuiltInCall(item, id)
    case 'tool_search_call':
      return item.execution === 'client' ? toBuiltInCall(item, id) : toHostedCall(item, id)
    case 'web_search_call':
    case 'file_search_call':
    case 'code_interpreter_call':
    case 'image_generation_call':
    case 'mcp_call':
      return toHostedCall(item, id)
    case 'shell_call_output':
    case 'tool_search_output':
      return toHostedOutput(item, id)
    case 'compaction':
    case 'mcp_approval_request':
      return { type: 'opaque', id, item }
    default:
      return { type: 'other', id }
  }
}

function toMessage(item: JsonObject, id: string | undefined): CodexItem {
  const content = list(item.content)
  const texts = content.map((part) => textOf(part.text) ?? textOf(part.refusal) ?? '')
  return {
    type: 'message',
    id,
    text: content.length === 0 ? undefined : texts.join(''),
    hasRefusal: content.some((part) => part.type === 'refusal'),
    phase: textOf(item.phase),
    citations: content.flatMap((part) =>
      list(part.annotations).flatMap((annotation) => toCitation(annotation) ?? []),
    ),
  }
}

const toJSONText = (input: unknown): string =>
  typeof input === 'string' ? input : input === undefined || input === null ? '' : JSON.stringify(input)

function toCall(
  item: JsonObject,
  id: string | undefined,
  kind: CallItem['kind'],
  name: string | undefined,
  input: string,
): CodexItem {
  const callId = textOf(item.call_id) ?? id
  if (name === undefined || callId === undefined) return { type: 'other', id }
  const namespace = textOf(item.namespace)
  return {
    type: 'call',
    id,
    callId,
    name,
    kind,
    input,
    namespace,
    isIncomplete: item.status === 'incomplete',
  }
}

/** Reads the call of a built-in tool, which is named by its type; the item's own fields are the input. */
function toBuiltInCall(item: JsonObject, id: string | undefined): CodexItem {
  const { type, id: _, call_id, status, execution, ...payload } = item
  const input = camelCasedObject(payload)
  // Deeper names are the caller's own, such as environment variables.
  for (const name of ['action', 'operation']) if (isObject(input[name])) input[name] = camelCased(input[name])
  const name = String(type).replace(/_call$/, '')
  return toCall(item, id, 'hosted', name, JSON.stringify(input))
}

function isHostedShell(item: JsonObject): boolean {
  const { type } = asObject(item.environment)
  return textOf(type) !== undefined && type !== 'local'
}
