interface Member {
  key: string
  start: number
  keyEnd: number
  valueStart: number
  end: number
}

/**
 * Sets members of one object in a JSON text, and removes those whose value is undefined. Everything else stays the same
 * to the last space: order, indentation, line ends, numbers that JavaScript can't represent.
 *
 * @param text Valid JSON with an object at the top level.
 * @param path Keys that lead to the object.
 */
export function editJson(
  text: string,
  path: readonly string[],
  values: Readonly<Record<string, string | number | undefined>>,
): string {
  return Object.entries(values).reduce((edited, [key, value]) => setMember(edited, path, key, value), text)
}

function setMember(text: string, path: readonly string[], key: string, value: string | number | undefined) {
  const open = findObject(text, path)
  const members = readMembers(text, open)
  const index = members.findLastIndex((member) => member.key === key)
  const member = members[index]
  const last = members.at(-1)
  if (value === undefined) return member ? cut(text, ...spanOf(members, index, open)) : text
  const json = JSON.stringify(value)
  if (member) return cut(text, member.valueStart, member.end, json)
  if (!last) return cut(text, open + 1, open + 1, `${JSON.stringify(key)}: ${json}`)
  // Formatted like the member before it.
  const before = text.slice(open + 1, last.start)
  const gap = before.slice(before.trimEnd().length)
  const colon = text.slice(last.keyEnd, last.valueStart)
  return cut(text, last.end, last.end, `,${gap}${JSON.stringify(key)}${colon}${json}`)
}

/** Range to remove with a member: it includes the comma before it, or the one after the first member. */
function spanOf(members: Member[], index: number, open: number): [number, number] {
  const before = members[index - 1]
  const after = members[index + 1]
  const member = members[index]
  if (before) return [before.end, member?.end ?? before.end]
  return [member?.start ?? open + 1, after?.start ?? member?.end ?? open + 1]
}

const cut = (text: string, from: number, to: number, inserted = ''): string =>
  text.slice(0, from) + inserted + text.slice(to)

/** Finds the object's `{`. */
function findObject(text: string, path: readonly string[]): number {
  return path.reduce(
    (open, key) => {
      const member = readMembers(text, open).findLast((each) => each.key === key)
      return member?.valueStart ?? open
    },
    skipSpace(text, 0),
  )
}

function readMembers(text: string, open: number): Member[] {
  const members: Member[] = []
  let at = skipSpace(text, open + 1)
  while (text[at] === '"') {
    const start = at
    const keyEnd = skipValue(text, start)
    const valueStart = skipSpace(text, skipSpace(text, keyEnd) + 1)
    const end = skipValue(text, valueStart)
    members.push({ key: JSON.parse(text.slice(start, keyEnd)), start, keyEnd, valueStart, end })
    at = skipSpace(text, end)
    if (text[at] === ',') at = skipSpace(text, at + 1)
  }
  return members
}

const skipSpace = (text: string, at: number): number => match(/[ \t\r\n]*/y, text, at)

function skipValue(text: string, start: number): number {
  let depth = 0
  let at = start
  do {
    if (text[at] === '{' || text[at] === '[') depth++
    else if (text[at] === '}' || text[at] === ']') depth--
    // A string (without a choice per character, which would fill the engine's stack), one of `{}[],:`, or the rest.
    at = match(/"[^"\\]*(?:\\.[^"\\]*)*"|[{}[\],:]|[^"{}[\],:\s]+|\s+/y, text, at)
  } while (depth > 0 && at < text.length)
  return at
}

function match(pattern: RegExp, text: string, at: number): number {
  pattern.lastIndex = at
  return at + (pattern.exec(text)?.[0].length ?? 1)
}
