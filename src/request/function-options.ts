import { InvalidArgumentError } from '@ai-sdk/provider'
import { didYouMean } from '../lib/did-you-mean.ts'
import { isObject, type JsonObject } from '../lib/json.ts'
import type { CodexWarning } from './call.ts'
import type { WarningCollector } from './warnings.ts'

/** Options of one function tool. */
export interface FunctionOptions {
  strict?: boolean
}

/** Options of `@ai-sdk/openai` that the backend is not known to accept from a client of its own. */
const REFUSED = ['deferLoading', 'namespace', 'allowedCallers', 'outputSchema']
const KNOWN = ['strict', ...REFUSED]

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
      if (name !== 'strict') warnings.add(leftOut(tool, `${provider}.${name}`, name))
      else if (typeof value === 'boolean') options.strict = value
      else throw invalid(tool, `${provider}.strict`, 'true or false')
    }
  }
  return options
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
