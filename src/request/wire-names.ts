import { shortHash } from '../lib/short-hash.ts'

/** Longest name or id that the backend takes. */
const MAX_LENGTH = 64

/** Leaves room for the hash. */
const READABLE_LENGTH = 47

/** True for a name of a tool or an id of a call that the backend takes as it is. */
export const isWireName = (name: string): boolean => /^[A-Za-z0-9_-]{1,64}$/.test(name)

/** The name with characters that the backend refuses replaced, cut to its limit; may be empty. */
export const toWireName = (name: string): string => name.replace(/[^A-Za-z0-9_-]/g, '_').slice(0, MAX_LENGTH)

/**
 * A name that the backend takes, made of a readable part and a hash of the whole name: the same in each request and in
 * each process, while different names stay different.
 *
 * @param attempt how many names for the same given one are taken already
 */
export function hashedWireName(given: string, attempt = 0): string {
  const readable = given.replace(/[^A-Za-z0-9_-]+/g, '_').slice(0, READABLE_LENGTH)
  return `${readable}_${shortHash(attempt === 0 ? given : `${given}\0${attempt}`)}`
}
