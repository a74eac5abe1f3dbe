import { InvalidArgumentError } from '@ai-sdk/provider'
import { isObject, type JsonObject } from '../../lib/json.ts'
import type { WarningCollector } from '../warnings.ts'
import { prepareSchema } from './prepare.ts'
import { closeObjects, toStrictForm } from './strict.ts'
import { valueAllowsString } from './value-type.ts'

/** What a schema belongs to, and how it may be changed. */
export interface SchemaUse {
  /** What has the schema, as a phrase for errors. */
  owner: string
  /** The argument of the call that an error names. */
  argument: string
  /** What a schema without constraints becomes: an object with any properties, or a wrapped value. */
  unconstrained: 'object' | 'wrapped'
  /** Strict mode as the caller asked for it; undefined: where the schema allows it. */
  strict: boolean | undefined
  /** True to close open objects even where nobody asked for strict mode. */
  closes: boolean
  warnings: WarningCollector
}

/** A schema as it is sent. */
export interface WireSchema {
  schema: JsonObject
  strict: boolean
  /** True where the schema describes `{"value": …}` and the caller's describes the value alone. */
  isWrapped: boolean
  /** True where the value of a wrapped schema may be a string. */
  allowsString: boolean
}

/**
 * Turns a schema into what is sent, with a warning where it can't be strict though the caller asked for it.
 *
 * @throws InvalidArgumentError naming the owner, for a schema that can't be sent
 */
export function toWireSchema(given: unknown, use: SchemaUse): WireSchema {
  const { obstacle, ...result } = isObject(given) ? buildOnce(given, use) : build(given, use)
  if (obstacle !== undefined) {
    const message = `The schema of ${use.owner} is sent without strict mode, which was asked for, because of ${obstacle}.`
    use.warnings.add({ type: 'other', message })
  }
  return result
}

/** What a schema becomes; `obstacle` is what keeps it from strict mode, where the caller asked for that. */
type Built = WireSchema & { obstacle?: string }

/** Keeps what is built of an object until the object changes: the tools of a conversation are the same in each call. */
function buildOnce(given: JsonObject, use: SchemaUse): Built {
  const key = `${use.unconstrained} ${use.strict} ${use.closes}`
  const known = results.get(given)
  const isSame = known !== undefined && known.text === jsonOf(given)
  const before = isSame ? known.made.get(key) : undefined
  if (before !== undefined) return JSON.parse(before) as Built
  const result = build(given, use)
  // Only a schema that was built is known to be short as JSON.
  const text = isSame ? known.text : jsonOf(given)
  const made = jsonOf(result)
  if (text !== undefined && made !== undefined) {
    results.set(given, { text, made: (isSame ? known.made : new Map<string, string>()).set(key, made) })
  }
  return result
}

/** Results as JSON, so that nobody can change them, with the JSON that they were made of. */
const results = new WeakMap<object, { text: string; made: Map<string, string> }>()

function jsonOf(value: object): string | undefined {
  try {
    return JSON.stringify(value)
  } catch {
    return undefined
  }
}

function build(given: unknown, { owner, argument, unconstrained, strict, closes }: SchemaUse): Built {
  const { schema, isWrapped } = prepareSchema(given, unconstrained, (reason) => {
    const message = `The schema of ${owner} can't be sent: ${reason}.`
    throw new InvalidArgumentError({ argument, message })
  })
  const common = { isWrapped, allowsString: isWrapped && valueAllowsString(schema) }
  if (strict === false) return { ...common, schema, strict: false }
  const closed = strict === true || closes ? closeObjects(schema) : schema
  const form = toStrictForm(closed)
  if (form.obstacle === undefined) return { ...common, schema: form.schema, strict: true }
  const sent = { ...common, schema: closes ? closed : schema, strict: false }
  return strict === true ? { ...sent, obstacle: form.obstacle } : sent
}
