import { FIXTURES, readFixture } from '../support/fixtures.ts'
import type { Random } from './random.ts'

/** The recorded answers, each as the data of its events. */
const RECORDED: readonly string[][] = FIXTURES.flatMap(readFixture)

/** No answer is longer: of a long one, a part in its middle is left out. */
const MAX_EVENTS = 100

/** A recorded answer with faults in it. */
export interface MutatedAnswer {
  bytes: Uint8Array
  /** How many of its events were changed, left out, doubled or moved. */
  mutated: number
}

/** Takes a recorded answer and spoils none of its events, some, most or all. */
export function mutateAnswer(random: Random): MutatedAnswer {
  const share = random.pick([0.02, 0.3, 0.8, 1])
  const messages: Uint8Array[] = []
  let mutated = 0
  for (const event of shorten(random.pick(RECORDED), random)) {
    if (!random.chance(share)) {
      messages.push(frame(encode(event), random))
      continue
    }
    mutated += 1
    for (const data of random.pick(MUTATIONS)(event, random)) {
      const message = frame(data, random)
      // A mutation may also move an event back.
      if (random.chance(0.05)) messages.splice(random.below(messages.length + 1), 0, message)
      else messages.push(message)
    }
  }
  return { bytes: join(messages), mutated }
}

/** A body that gives the bytes in chunks of any size. */
export function cutAnywhere(bytes: Uint8Array, random: Random): ReadableStream<Uint8Array> {
  const longest = random.chance(0.03) ? 4 : random.pick([500, 5_000, bytes.length])
  let start = 0
  return new ReadableStream({
    pull(controller) {
      if (start >= bytes.length) return controller.close()
      const end = start + 1 + random.below(longest)
      controller.enqueue(bytes.slice(start, end))
      start = end
    },
  })
}

type Mutation = (event: string, random: Random) => Uint8Array[]

const MUTATIONS: readonly Mutation[] = [
  onBytes(flipBits),
  onBytes(cutOut),
  onBytes(repeatPart),
  onBytes(insertBytes),
  onBytes(splice),
  onJSON(changeValue),
  onJSON(changeValue),
  onJSON((json, random) => {
    changeValue(json, random)
    changeValue(json, random)
  }),
  onJSON(deepen),
  () => [],
  (event) => [encode(event), encode(event)],
  (event, random) => [encode(random.pick(random.pick(RECORDED))), encode(event)],
]

const encoder = new TextEncoder()
const encode = (text: string): Uint8Array => encoder.encode(text)

function shorten(events: readonly string[], random: Random): readonly string[] {
  const tooMany = events.length - MAX_EVENTS
  if (tooMany <= 0) return events
  const from = random.below(MAX_EVENTS)
  return [...events.slice(0, from), ...events.slice(from + tooMany)]
}

function frame(data: Uint8Array, random: Random): Uint8Array {
  const eol = random.chance(0.9) ? '\n' : random.pick(['\r\n', '\r', ''])
  return join([
    encode(random.chance(0.9) ? 'data: ' : random.pick(['data:', 'DATA: ', ''])),
    data,
    encode(eol + eol),
  ])
}

function join(parts: readonly Uint8Array[]): Uint8Array {
  const bytes = new Uint8Array(parts.reduce((length, part) => length + part.length, 0))
  let at = 0
  for (const part of parts) {
    bytes.set(part, at)
    at += part.length
  }
  return bytes
}

function onBytes(mutate: (bytes: Uint8Array, random: Random) => Uint8Array): Mutation {
  return (event, random) => [mutate(encode(event), random)]
}

function flipBits(bytes: Uint8Array, random: Random): Uint8Array {
  for (let flips = 1 + random.below(4); flips > 0; flips--) {
    const at = random.below(bytes.length)
    bytes[at] = (bytes[at] ?? 0) ^ (1 << random.below(8))
  }
  return bytes
}

/** It also cuts within characters of two bytes and more. */
function cutOut(bytes: Uint8Array, random: Random): Uint8Array {
  const from = random.below(bytes.length)
  return join([bytes.subarray(0, from), bytes.subarray(from + 1 + random.below(20))])
}

function repeatPart(bytes: Uint8Array, random: Random): Uint8Array {
  const from = random.below(bytes.length)
  const to = from + 1 + random.below(40)
  return join([bytes.subarray(0, to), bytes.subarray(from)])
}

/** Line ends, the first byte of a character alone, half a pair, a mark of byte order, a whole other message. */
const INSERTED = [
  ...['\n', '\r', '\n\n', '\0', '\\ud83d', '\ufeff', '"', '\\', '\ndata: {"type":"error"}\n\ndata: '].map(
    encode,
  ),
  Uint8Array.of(0xe2, 0x82),
  Uint8Array.of(0xf0),
  Uint8Array.of(0xff, 0xfe),
]

function insertBytes(bytes: Uint8Array, random: Random): Uint8Array {
  const at = random.below(bytes.length)
  return join([bytes.subarray(0, at), random.pick(INSERTED), bytes.subarray(at)])
}

/** The head of one event with the tail of another. */
function splice(bytes: Uint8Array, random: Random): Uint8Array {
  const other = encode(random.pick(random.pick(RECORDED)))
  return join([bytes.subarray(0, random.below(bytes.length)), other.subarray(random.below(other.length))])
}

type JsonObject = Record<string, unknown>

const isFilled = (value: unknown): value is JsonObject =>
  typeof value === 'object' && value !== null && Object.keys(value).length > 0

/** Data that is no JSON, such as that of an event that was recorded broken, is cut instead. */
function onJSON(mutate: (json: JsonObject, random: Random) => void): Mutation {
  return (event, random) => {
    let json: unknown
    try {
      json = JSON.parse(event)
    } catch {
      return [cutOut(encode(event), random)]
    }
    if (isFilled(json)) mutate(json, random)
    return [encode(JSON.stringify(json).replace(JSON.stringify(DEEP), DEEP_JSON))]
  }
}

/** A place somewhere in the JSON: outer ones as likely as inner ones. */
function somePlace(json: JsonObject, random: Random): { holder: JsonObject; key: string } {
  let holder = json
  while (true) {
    const key = random.pick(Object.keys(holder))
    const inner = holder[key]
    if (!isFilled(inner) || random.chance(0.3)) return { holder, key }
    holder = inner
  }
}

/** Made anew each time, since a mutation may change it. */
const oddValues = (random: Random): unknown =>
  JSON.parse(
    random.pick([
      ...['null', 'true', 'false', '0', '-1', '1.5', '1e308', '9007199254740993', '""', '" "', '[]', '{}'],
      ...['[null]', '[[]]', '[{}]', '"\\ud83d"', '"1"', '"in_progress"', '"incomplete"', '"__proto__"'],
      '{"__proto__":{"polluted":true},"constructor":{"prototype":{"polluted":true}}}',
      '{"toString":1,"length":-1,"type":{}}',
    ]),
  )

function changeValue(json: JsonObject, random: Random): void {
  const { holder, key } = somePlace(json, random)
  switch (random.below(6)) {
    case 0:
      delete holder[key]
      break
    case 1:
      holder[random.pick(Object.keys(holder))] = holder[key]
      break
    case 2:
      holder[key] = borrowed(random)
      break
    case 3:
      holder[key] = 'long '.repeat(1 + random.below(500))
      break
    default:
      holder[key] = oddValues(random)
  }
}

/** A value of another event, most often of its type. */
function borrowed(random: Random): unknown {
  try {
    const json: JsonObject = JSON.parse(random.pick(random.pick(RECORDED)))
    if (random.chance(0.3)) return json.type
    const { holder, key } = somePlace(json, random)
    return holder[key]
  } catch {
    return undefined
  }
}

const DEEP = '(a list in a list in a list)'
const DEPTH = 8_000
const DEEP_JSON = '['.repeat(DEPTH) + ']'.repeat(DEPTH)

/** Deeper than a recursion may go; rare, since it is long. */
function deepen(json: JsonObject, random: Random): void {
  if (random.chance(0.95)) {
    changeValue(json, random)
    return
  }
  const { holder, key } = somePlace(json, random)
  holder[key] = DEEP
}
