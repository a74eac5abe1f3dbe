import { InvalidArgumentError } from '@ai-sdk/provider'
import type { CodexModel } from '../core/provider.ts'
import { isObject, type JsonValue } from '../lib/json.ts'
import type { CodexCall, CodexWarning } from '../request/call.ts'
import { countKeptUsers } from '../request/compaction.ts'
import type { CodexCompactOptions } from './compact-options.ts'
import { compactionMetadata } from './finish-metadata.ts'

/** Options without their model. */
export type CompactCallOptions = Omit<CodexCompactOptions<unknown>, 'model'>

/** One version's forms of messages. */
export interface CompactForm {
  /** Translates messages as `ai` takes them. */
  toCall(
    messages: readonly object[],
    options: CompactCallOptions,
    keys: CodexModel['keys'],
  ): Promise<CodexCall>
  /** The part of an assistant message that holds a compaction. */
  toPart(item: Readonly<Record<string, unknown>>, key: string, compHash: string | undefined): object
}

/** Compacts messages of one version of `ai`. */
export async function compactMessages<Message extends { role: string }>(
  model: CodexModel,
  form: CompactForm,
  messages: readonly Message[],
  options: CompactCallOptions,
): Promise<Message[]> {
  assertMessages(messages)
  const { keys } = model
  const call = await form.toCall(messages, options, keys)
  const { item, compHash, info } = await model.compact(call)
  const users = messages.filter(({ role }) => role === 'user').length
  const skipped = users - countKeptUsers(call.messages)
  let seen = 0
  const kept = messages.filter(({ role }) => role === 'system' || (role === 'user' && ++seen > skipped))
  const warnings = call.warnings.list().map(warningText)
  const compaction: Record<string, JsonValue> = {
    ...compactionMetadata(info),
    ...(warnings.length === 0 ? {} : { warnings }),
  }
  const holder: object = {
    role: 'assistant',
    content: [form.toPart(item, keys[0], compHash)],
    providerOptions: { [keys[0]]: { compaction } },
  }
  return kept.concat(holder as Message)
}

const warningText = (warning: CodexWarning): string =>
  warning.type === 'other' ? warning.message : warning.details

function assertMessages(messages: unknown): void {
  const isList =
    Array.isArray(messages) && messages.every((one) => isObject(one) && typeof one.role === 'string')
  if (isList) return
  throw new InvalidArgumentError({
    argument: 'messages',
    message:
      'The messages of compact() must be a list of messages with a role. Pass those that a call takes.',
  })
}
