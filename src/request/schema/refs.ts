import { asObject, isObject, type JsonObject } from '../../lib/json.ts'
import { isAnnotation, mapSubSchemas, subSchemas } from './walk.ts'

/** Gives up on a schema, for this reason. */
export type Refuse = (why: string) => never

const DEFINITION = /^#\/(?:\$defs|definitions)\/[^/]+$/

/**
 * Makes each `$ref` one to `#` or to a definition at the top, so that the schema may be rebuilt without breaking one. What
 * another reference points to gets a definition of its own.
 */
export function localizeRefs(root: JsonObject, refuse: Refuse): JsonObject {
  const locals = new Map<string, string>()
  const added: JsonObject = {}

  function toLocal(ref: string): string {
    const id = typeof root.$id === 'string' ? root.$id.replace(/#$/, '') : ''
    const pointer = id !== '' && ref.startsWith(id) ? ref.slice(id.length) : ref
    if (['', '#', '#/'].includes(pointer)) return '#'
    const known = locals.get(pointer)
    if (known !== undefined) return known
    const target = findTarget(root, pointer)
    if (target === undefined) return refuse(`its $ref "${ref}" leads nowhere inside of it`)
    const name = DEFINITION.test(pointer) ? undefined : freshName('ref', root.$defs, added)
    const local = name === undefined ? pointer : `#/$defs/${name}`
    // Known before its own references are looked at: it may refer to itself.
    locals.set(pointer, local)
    if (name !== undefined) {
      added[name] = {}
      added[name] = isObject(target) ? rewrite(target) : target
    }
    return local
  }

  const rewrite = (schema: JsonObject): JsonObject => mapRefs(schema, toLocal)

  const { $id: _, ...schema } = rewrite(root)
  return Object.keys(added).length === 0
    ? schema
    : { ...schema, $defs: { ...asObject(schema.$defs), ...added } }
}

/** The schema with each `$ref` in it replaced. */
export function mapRefs(schema: JsonObject, map: (ref: string) => string): JsonObject {
  const mapped = mapSubSchemas(schema, (sub) => (isObject(sub) ? mapRefs(sub, map) : sub))
  return typeof mapped.$ref === 'string' ? { ...mapped, $ref: map(mapped.$ref) } : mapped
}

/** What a `$ref` points to: a JSON pointer, an anchor, or an `$id`; undefined where there is nothing. */
export function findTarget(root: JsonObject, ref: string): unknown {
  if (!ref.startsWith('#/')) return findNamed(root, ref)
  return ref
    .slice(2)
    .split('/')
    .reduce<unknown>((at, step) => {
      const key = unescapeStep(step)
      return (isObject(at) || Array.isArray(at)) && Object.hasOwn(at, key)
        ? (at as JsonObject)[key]
        : undefined
    }, root)
}

function unescapeStep(step: string): string {
  const plain = step.replaceAll('~1', '/').replaceAll('~0', '~')
  try {
    return decodeURIComponent(plain)
  } catch {
    return plain
  }
}

function findNamed(schema: JsonObject, ref: string): JsonObject | undefined {
  if (schema.$id === ref || `#${String(schema.$anchor)}` === ref) return schema
  for (const { sub } of subSchemas(schema)) {
    const found = findNamed(sub, ref)
    if (found) return found
  }
  return undefined
}

/** A name that is in none of these maps. */
export function freshName(stem: string, ...maps: unknown[]): string {
  const isTaken = (name: string) => maps.some((map) => Object.hasOwn(asObject(map), name))
  let name = stem
  for (let turn = 2; isTaken(name); turn++) name = `${stem}_${turn}`
  return name
}

const isBesideRef = (key: string): boolean => isAnnotation(key) || key === '$defs' || key === 'definitions'

/** Puts what the top refers to in the top's place. */
export function resolveTop(schema: JsonObject, refuse: Refuse): JsonObject {
  const seen = new Set(['#'])
  let top = schema
  for (;;) {
    const { $ref, ...rest } = top
    if (typeof $ref !== 'string' || !Object.keys(rest).every(isBesideRef)) return top
    if (seen.has($ref)) return refuse('its top is a $ref that leads back to itself')
    seen.add($ref)
    const target = findTarget(schema, $ref)
    top = { ...(target === false ? { not: {} } : asObject(target)), ...rest }
  }
}
