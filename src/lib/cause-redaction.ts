type RedactText = (text: string) => string

/** Deeper chains and larger objects are not looked through: they count as holding a secret. */
const MAX_DEPTH = 6
const MAX_VALUES = 1_000

/** Makes a function that gives the cause of an error as it is, or as a copy without the secrets that it holds. */
export function createCauseRedactor(redact: RedactText): (cause: unknown) => unknown {
  return (cause) => {
    const search: Search = { redact, seen: new Set(), valuesLeft: MAX_VALUES }
    return isClean(cause, search, 0) ? cause : copyOf(cause, redact, 0)
  }
}

interface Search {
  readonly redact: RedactText
  readonly seen: Set<object>
  valuesLeft: number
}

/** True where all that a log would print of the value holds no secret. */
function isClean(value: unknown, search: Search, depth: number): boolean {
  if (typeof value === 'string') return search.redact(value) === value
  if (typeof value !== 'object' || value === null || search.seen.has(value)) return true
  search.seen.add(value)
  if (depth === MAX_DEPTH || !isTransparent(value)) return false
  const members = valuesOf(value)
  search.valuesLeft -= members.length
  return search.valuesLeft >= 0 && members.every((member) => isClean(member, search, depth + 1))
}

/** Headers, requests and the like hold more than their properties show. */
const isTransparent = (value: object): boolean =>
  value instanceof Error ||
  Array.isArray(value) ||
  [Object.prototype, null].includes(Object.getPrototypeOf(value))

function valuesOf(value: object): unknown[] {
  const names = Reflect.ownKeys(value)
  // Some errors inherit these.
  const inherited = value instanceof Error ? ['name', 'message', 'stack'] : []
  return [...names, ...inherited].map((name) => read(value, name))
}

/** A getter may throw. */
function read(value: object, name: PropertyKey): unknown {
  try {
    return Reflect.get(value, name)
  } catch {
    return undefined
  }
}

/** An error with the name, message, stack, plain fields and causes of another one, all redacted. */
function copyOf(cause: unknown, redact: RedactText, depth: number): unknown {
  if (typeof cause === 'string') return redact(cause)
  if (typeof cause !== 'object' || cause === null || depth === MAX_DEPTH) return undefined
  const copy = new Error()
  const names = new Set<PropertyKey>([
    'name',
    'message',
    'stack',
    ...Reflect.ownKeys(cause).slice(0, MAX_VALUES),
  ])
  for (const name of names) {
    const value = read(cause, name)
    const isEnumerable = Object.getOwnPropertyDescriptor(cause, name)?.enumerable === true
    const shown =
      name === 'cause'
        ? copyOf(value, redact, depth + 1)
        : name === 'errors' && Array.isArray(value)
          ? value.slice(0, MAX_DEPTH).map((error) => copyOf(error, redact, depth + 1))
          : typeof value === 'string'
            ? redact(value)
            : typeof value === 'number' || typeof value === 'boolean'
              ? value
              : undefined
    if (shown === undefined) continue
    Object.defineProperty(copy, name, {
      value: shown,
      enumerable: isEnumerable,
      writable: true,
      configurable: true,
    })
  }
  return copy
}
