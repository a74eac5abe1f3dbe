import { InvalidArgumentError } from '@ai-sdk/provider'
import { didYouMean } from '../lib/did-you-mean.ts'
import { isObject, type JsonObject } from '../lib/json.ts'
import type { CodexWarning } from './call.ts'
import type { WarningCollector } from './warnings.ts'
import { isWireName } from './wire-names.ts'

/** Options of one function tool. */
export interface FunctionOptions {
  strict?: boolean
  /** True for a tool that is sent once a search has found it. */
  deferLoading?: boolean
  namespace?: ToolNamespace
}

/** The group of tools that a tool belongs to. */
export interface ToolNamespace {
  name: string
  description?: string | undefined
}

/** Options of `@ai-sdk/openai` that the backend is not known to accept from a client of its own. */
const REFUSED = ['allowedCallers', 'outputSchema']
const KNOWN = ['strict', 'deferLoading', 'namespace', ...REFUSED]

/**
 * Reads the `providerOptions` of a function tool: our own, then those of `openai`. What is not sent is a warning.
 *
 * @throws InvalidArgumentError naming tool and option, for a value of the wrong type
 */
export function readFunctionOptions(
  tool: string,
  providerOptions: Readonly<Record<string, unknown>> | undefined,
  warnings: WarningCollector,
): FunctionOptions {
  const options: FunctionOptions = {}
  for (const provider of ['openai', 'codex', 'chatgpt']) {
    const given = optionsOf(tool, provider, providerOptions?.[provider])
    for (const [name, value] of Object.entries(given)) {
      // Null is how JSON leaves an option out, and false is what these are without being set.
      if (value == null || (value === false && REFUSED.includes(name))) continue
      const path = `${provider}.${name}`
      if (name === 'namespace') options.namespace = toNamespace(tool, path, value)
      else if (name !== 'strict' && name !== 'deferLoading') warnings.add(leftOut(tool, path, name))
      else if (typeof value === 'boolean') options[name] = value
      else throw invalid(tool, path, 'true or false')
    }
  }
  return options
}

/** Takes a name, or the object of `@ai-sdk/openai`. */
function toNamespace(tool: string, path: string, value: unknown): ToolNamespace {
  const { name, description } = isObject(value) ? value : { name: value, description: undefined }
  if (typeof name !== 'string' || !isWireName(name)) {
    throw invalid(tool, path, 'a name of up to 64 letters, digits, "_" and "-"')
  }
  if (description == null) return { name }
  if (typeof description === 'string') return { name, description }
  throw invalid(tool, `${path}.description`, 'a string')
}

function optionsOf(tool: string, provider: string, given: unknown): JsonObject {
  if (given == null) return {}
  if (isObject(given)) return given
  throw invalid(tool, provider, 'an object')
}

function leftOut(tool: string, path: string, name: string): CodexWarning {
  const reason = REFUSED.includes(name)
    ? 'this provider does not support it.'
    : `it is not an option of a tool.${didYouMean(name, KNOWN)}`
  return { type: 'other', message: `The option ${path} of the tool "${tool}" is left out: ${reason}` }
}

const invalid = (tool: string, path: string, expected: string): InvalidArgumentError =>
  new InvalidArgumentError({
    argument: 'tools',
    message: `Invalid option ${path} of the tool "${tool}": it must be ${expected}.`,
  })
