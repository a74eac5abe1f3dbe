import { APICallError } from '@ai-sdk/provider'
import { errorFields, toFailure } from '../events/parse.ts'
import { asObject, textOf } from '../lib/json.ts'
import { FIELD_REFUSED, failureRow, REASONING_REFUSED } from '../transport/failures/table.ts'

/** What to leave out of a request so that it may be taken: reasoning, or a field by the backend's name of it. */
export type Remedy =
  | { readonly leaveOut: 'reasoning' }
  | { readonly leaveOut: 'field'; readonly field: string }

/** The remedy for a request that failed so; undefined where there is none. */
export function remedyOf(error: unknown): Remedy | undefined {
  if (!APICallError.isInstance(error)) return undefined
  const { code, type, data } = toFailure(asObject(error.data))
  const row = failureRow({ codes: [code, type], words: error.message, status: error.statusCode })
  if (row === REASONING_REFUSED) return { leaveOut: 'reasoning' }
  const field =
    textOf(errorFields(data).param) ?? /parameter: ['"`]?(\w+(?:\.\w+)*)/i.exec(error.message)?.[1]
  return row === FIELD_REFUSED && field !== undefined ? { leaveOut: 'field', field } : undefined
}
