import { shortHash } from '../lib/short-hash.ts'

/** What the backend takes for a `call_id`: its own ids are of this form. */
const GOOD_ID = /^[A-Za-z0-9_-]{1,64}$/

const READABLE_LENGTH = 47

/**
 * The `call_id` under which a call goes to the backend: a good id is itself; any other is made readable and short, with
 * a hash of the whole id, so that it is the same in each request and in each process.
 *
 * @param repetition how many calls of this id came before it
 */
export function toWireCallId(id: string, repetition = 0): string {
  if (repetition === 0 && GOOD_ID.test(id)) return id
  const readable = id.replace(/[^A-Za-z0-9_-]+/g, '_').slice(0, READABLE_LENGTH)
  return `${readable}_${shortHash(repetition === 0 ? id : `${id}\0${repetition}`)}`
}

/** Gives each call of one history an own `call_id`, also where two have the same id. */
export function createCallIds(): (id: string) => string {
  const used = new Set<string>()
  const repetitions = new Map<string, number>()
  return (id) => {
    let repetition = repetitions.get(id) ?? 0
    let wire = toWireCallId(id, repetition)
    while (used.has(wire)) wire = toWireCallId(id, ++repetition)
    repetitions.set(id, repetition + 1)
    used.add(wire)
    return wire
  }
}
