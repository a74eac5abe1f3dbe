import type { CodexAnswer } from '../core/provider.ts'
import type { CodexPart } from '../parts/part.ts'
import type { CodexCall } from '../request/call.ts'
import { createWarningCollector } from '../request/warnings.ts'
import { CommandError } from './command.ts'

/** Builds the call of one question. */
export function userCall(
  question: string,
  { system, signal }: { system?: string | undefined; signal: AbortSignal },
): CodexCall {
  return {
    warnings: createWarningCollector(),
    messages: [
      ...(system === undefined ? [] : [{ role: 'system', text: system } as const]),
      { role: 'user', content: [{ type: 'text', text: question }] },
    ],
    tools: [],
    toolChoice: { type: 'auto' },
    output: { type: 'text' },
    unsupportedSettings: [],
    providerOptions: undefined,
    headers: undefined,
    signal,
  }
}

/**
 * Reads an answer to its end; cancels it when `onPart` throws.
 *
 * @throws the error of a failed answer; whatever `onPart` throws.
 */
export async function readParts(
  answer: CodexAnswer,
  onPart: (part: CodexPart) => void | Promise<void>,
): Promise<void> {
  try {
    for (let parts = await answer.next(); parts !== undefined; parts = await answer.next()) {
      for (const part of parts) {
        if (part.type === 'failure') throw answer.errorOf(part.failure)
        await onPart(part)
      }
    }
  } catch (error) {
    await answer.cancel(error).catch(() => {})
    throw error
  }
}

/** Throws for an answer that the backend ended early. */
export function assertComplete(part: CodexPart): void {
  if (part.type !== 'finish' || part.reason === 'stop') return
  const reason = part.reason === 'length' ? 'it is too long' : part.rawReason
  throw new CommandError(`The answer is incomplete${reason === undefined ? '' : `: ${reason}`}.`)
}
