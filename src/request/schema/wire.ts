import { InvalidArgumentError } from '@ai-sdk/provider'
import type { Refuse } from './refs.ts'
import { closeObjects, strictObstacle } from './strict.ts'

/** Refuses a schema by the name of what it belongs to. */
export const refuser =
  (argument: string, owner: string): Refuse =>
  (why) => {
    const message = `The schema of ${owner} can't be sent: ${why}.`
    throw new InvalidArgumentError({ argument, message })
  }

/**
 * The schema with its `strict` flag under the given key. Strict when wanted, or when nobody said no and the schema
 * meets the strict rules; an optional property never becomes required by it.
 */
export function strictly<Key extends 'parameters' | 'schema'>(
  schema: Record<string, unknown>,
  wanted: boolean | undefined,
  owner: string,
  key: Key,
): { strict: boolean } & Record<Key, Record<string, unknown>> {
  const result = (strict: boolean, value: Record<string, unknown>) =>
    ({ strict, [key]: value }) as { strict: boolean } & Record<Key, Record<string, unknown>>
  if (wanted === false) return result(false, schema)
  const candidate = wanted === true || key === 'schema' ? closeObjects(schema) : schema
  const obstacle = strictObstacle(candidate)
  if (wanted === true && obstacle) {
    throw new InvalidArgumentError({
      argument: key === 'schema' ? 'schema' : 'tools',
      message: `Strict mode was asked for, but the schema of ${owner} can't be strict because of ${obstacle}.`,
    })
  }
  return result(obstacle === undefined, candidate)
}
