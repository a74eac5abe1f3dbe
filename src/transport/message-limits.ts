/** Longest message: 32 MiB. Nothing longer is kept. */
export const MAX_MESSAGE_BYTES = 32 * 1024 * 1024

/** Characters of foreign text that say what it is. */
export const MAX_HEAD = 200

/** A message, or what came in its place, is longer than {@link MAX_MESSAGE_BYTES}. */
export class MessageTooLargeError extends Error {
  constructor() {
    super(`An event of the stream is longer than ${MAX_MESSAGE_BYTES / 1024 / 1024} MiB, which is refused.`)
    this.name = 'MessageTooLargeError'
  }
}
