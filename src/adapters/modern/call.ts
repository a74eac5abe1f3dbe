import { asObject, isObject } from '../../lib/json.ts'
import type { CodexCall, CodexTool, CodexWarning } from '../../request/call.ts'
import { createWarningCollector, type WarningCollector } from '../../request/warnings.ts'
import { warnOfUnknownOptions } from '../part-options.ts'
import { isSet, samplingSettings } from '../sampling-settings.ts'
import { toMessages } from './prompt.ts'
import type { ModernCallOptions, ModernTool, ProviderOptions } from './types.ts'

/** Translates the call options of LanguageModelV2 and later. */
export function toCall(
  options: ModernCallOptions,
  keys: readonly [own: string, ...others: string[]] = ['codex', 'openai'],
): CodexCall {
  const { responseFormat, toolChoice } = options
  const warnings = createWarningCollector()
  warnOfUnknownOptions(options.prompt, warnings)
  return {
    warnings,
    messages: toMessages(options.prompt, warnings, searchName(options.tools)),
    tools: (options.tools ?? []).flatMap((tool) => toTool(tool, warnings)),
    toolChoice:
      toolChoice?.type === 'tool'
        ? { type: 'tool', name: toolChoice.toolName }
        : (toolChoice ?? { type: 'auto' }),
    output: responseFormat?.type === 'json' ? responseFormat : { type: 'text' },
    unsupportedSettings: samplingSettings(options),
    providerOptions: withEffort(options.providerOptions, options.reasoning, keys),
    headers: options.headers,
    signal: options.abortSignal,
    includeRaw: options.includeRawChunks,
  }
}

/** The names of the caller's provider tools, which the backend may run itself. */
export const providerTools = (tools: readonly ModernTool[] = []): ReadonlySet<string> =>
  new Set(tools.filter(({ type }) => type !== 'function').map(({ name }) => name))

/** The name of the caller's tool search. */
const searchName = (tools: readonly ModernTool[] = []): string | undefined =>
  tools.find((tool) => tool.type !== 'function' && /^(?:codex|openai)\.tool_search$/.test(tool.id))?.name

function toTool(tool: ModernTool, warnings: WarningCollector): CodexTool[] {
  switch (tool.type) {
    case 'function': {
      const { name, description, inputSchema: schema, strict, providerOptions } = tool
      if (isSet(tool.inputExamples)) warnings.add(examplesLeftOut(name))
      return [{ type: 'function', name, description, schema, strict, providerOptions }]
    }
    case 'provider':
    case 'provider-defined':
      return [{ type: 'provider-defined', id: tool.id, name: tool.name, args: tool.args }]
    default: {
      const { type, name, id = type } = tool satisfies never as { type: string; name: string; id?: string }
      const details = `The backend does not support tools of type ${type}; the tool is left out.`
      warnings.add({ type: 'tool', tool: { type: 'provider-defined', id, name, args: {} }, details })
      return []
    }
  }
}

const examplesLeftOut = (name: string): CodexWarning => ({
  type: 'setting',
  setting: 'inputExamples',
  details: `The inputExamples of the tool "${name}" are left out: the backend does not accept them.`,
})

/** `reasoning` is the effort for any provider; an effort in our own options takes precedence. */
function withEffort(
  options: ProviderOptions | undefined,
  reasoning: string | undefined,
  keys: readonly [own: string, ...others: string[]],
): ProviderOptions | undefined {
  if (reasoning == null || reasoning === 'provider-default') return options
  const [key] = keys
  const own = options?.[key]
  const isSet = keys.some((name) => asObject(options?.[name]).reasoningEffort != null)
  // Options that are not an object are rejected later, by name.
  if (isSet || (own != null && !isObject(own))) return options
  return { ...options, [key]: { ...own, reasoningEffort: reasoning } }
}
