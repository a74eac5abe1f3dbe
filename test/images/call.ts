import type { CodexImageCall } from '../../src/images/call.ts'

/** A call for one image, and nothing else. */
export const PLAIN_CALL: Omit<CodexImageCall, 'warnings'> = {
  prompt: 'a fox',
  n: 1,
  size: undefined,
  aspectRatio: undefined,
  seed: undefined,
  files: [],
  mask: undefined,
  providerOptions: undefined,
  headers: undefined,
  signal: undefined,
}
