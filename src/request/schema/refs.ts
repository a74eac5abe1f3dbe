import { asObject, isObject, type JsonObject } from '../../lib/json.ts'
import { everySchema, isAside, rebuildSchema, subSchemas } from './walk.ts'

/** Gives up on a schema for a reason. */
export type Refuse = (reason: string) => never

const DEFINITION = /^#\/(?:\$defs|definitions)\/[^/]+$/

/**
 * Makes each `$ref` one to `#` or to a definition at the top, so that the schema can be rebuilt without breaking one. The
 * target of any other reference is copied to a definition of its own.
 */
export function localizeRefs(root: JsonObject, refuse: Refuse): JsonObject {
  const { locals, moved } = findRefs(root, refuse)
  const localOf = (ref: string): string => locals.get(ref) ?? ref
  const { $id: _, ...schema } = mapRefs(root, localOf)
  if (moved.size === 0) return schema
  const definitions = [...moved].map(([target, local]): [string, unknown] => {
    if (!isObject(target)) return [nameOf(local), target]
    // A target inside another one is referred to, so that no schema is copied twice.
    const enter = (sub: JsonObject): JsonObject => {
      const inner = sub === target ? undefined : moved.get(sub)
      return inner === undefined ? sub : { $ref: inner }
    }
    return [nameOf(local), rebuildSchema(target, (sub) => withRef(sub, localOf), enter)]
  })
  return { ...schema, $defs: { ...asObject(schema.$defs), ...Object.fromEntries(definitions) } }
}

const nameOf = (local: string): string => local.slice('#/$defs/'.length)

/** Finds where the references of a schema lead, those of their targets included. */
function findRefs(root: JsonObject, refuse: Refuse) {
  /** The local form of each reference. */
  const locals = new Map<string, string>()
  /** The targets that get a definition, with the reference to it. */
  const moved = new Map<unknown, string>()
  const id = typeof root.$id === 'string' ? root.$id.replace(/#$/, '') : ''
  const freshRef = createNamer('ref', root.$defs)
  const targets: JsonObject[] = [root]
  let named: ReadonlyMap<string, JsonObject> | undefined

  function targetOf(pointer: string): unknown {
    if (pointer.startsWith('#')) {
      const target = findTarget(root, pointer)
      if (target !== undefined) return target
    }
    named ??= schemasByName(root)
    return named.get(pointer)
  }

  function toLocal(ref: string): string {
    const pointer = id !== '' && ref.startsWith(id) ? ref.slice(id.length) : ref
    if (['', '#', '#/'].includes(pointer)) return '#'
    const target = targetOf(pointer)
    if (target === root) return '#'
    if (!isObject(target) && typeof target !== 'boolean') {
      return refuse(`its $ref "${ref}" leads nowhere inside it`)
    }
    if (DEFINITION.test(pointer)) return pointer
    const known = moved.get(target)
    if (known !== undefined) return known
    const local = `#/$defs/${freshRef()}`
    moved.set(target, local)
    // Its own references count too, wherever it stands.
    if (isObject(target)) targets.push(target)
    return local
  }

  const seen = new Set<JsonObject>()
  for (const start of targets) {
    const stack = [start]
    for (let schema = stack.pop(); schema !== undefined; schema = stack.pop()) {
      if (seen.has(schema)) continue
      seen.add(schema)
      const { $ref } = schema
      if (typeof $ref === 'string' && !locals.has($ref)) locals.set($ref, toLocal($ref))
      for (const { sub } of subSchemas(schema).reverse()) stack.push(sub)
    }
  }
  return { locals, moved }
}

/** Indexes the schemas inside a schema by `$id` and by `#$anchor`; of two with one name the first counts. */
function schemasByName(root: JsonObject): ReadonlyMap<string, JsonObject> {
  const named = new Map<string, JsonObject>()
  for (const schema of everySchema(root)) {
    const { $id, $anchor } = schema
    for (const name of [$id, typeof $anchor === 'string' ? `#${$anchor}` : undefined]) {
      if (typeof name === 'string' && !named.has(name)) named.set(name, schema)
    }
  }
  return named
}

/** Returns the schema with each `$ref` in it replaced. */
export const mapRefs = (schema: JsonObject, map: (ref: string) => string): JsonObject =>
  rebuildSchema(schema, (sub) => withRef(sub, map))

const withRef = (schema: JsonObject, map: (ref: string) => string): JsonObject =>
  typeof schema.$ref === 'string' ? { ...schema, $ref: map(schema.$ref) } : schema

/** Returns what a JSON pointer such as `#/$defs/a` leads to; undefined where there is nothing. */
export function findTarget(root: JsonObject, ref: string): unknown {
  if (ref === '#') return root
  if (!ref.startsWith('#/')) return undefined
  let at: unknown = root
  for (const step of ref.slice(2).split('/')) {
    const key = unescapeStep(step)
    if (typeof at !== 'object' || at === null || !Object.hasOwn(at, key)) return undefined
    at = (at as JsonObject)[key]
  }
  return at
}

function unescapeStep(step: string): string {
  const plain = step.replaceAll('~1', '/').replaceAll('~0', '~')
  try {
    return decodeURIComponent(plain)
  } catch {
    return plain
  }
}

/** Makes names that are not in a map: the stem, then the stem with a number. */
export function createNamer(stem: string, taken: unknown): () => string {
  const names = asObject(taken)
  let turn = 0
  return () => {
    for (;;) {
      turn++
      const name = turn === 1 ? stem : `${stem}_${turn}`
      if (!Object.hasOwn(names, name)) return name
    }
  }
}

/** Replaces a `$ref` at the top with what it refers to. */
export function resolveTop(schema: JsonObject, refuse: Refuse): JsonObject {
  const seen = new Set(['#'])
  let top = schema
  for (;;) {
    const { $ref, ...rest } = top
    if (typeof $ref !== 'string' || !Object.keys(rest).every(isAside)) return top
    if (seen.has($ref)) return refuse('its top is a $ref that leads back to itself')
    seen.add($ref)
    const target = findTarget(schema, $ref)
    top = { ...(target === false ? { not: {} } : asObject(target)), ...rest }
  }
}
