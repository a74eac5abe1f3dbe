/** Writes one line of what goes on; given only what may be shown: no header values, no bodies. */
export type Debug = (line: string) => void

/** Lines on stderr where `isOn`, else undefined, so that a hot path can leave the line unmade. */
export function createDebug(isOn: boolean): Debug | undefined {
  // biome-ignore lint/suspicious/noConsole: the one place that writes, and only when asked to; stderr in Node.
  return isOn ? (line) => console.error(`ai-sdk-provider-codex ${line}`) : undefined
}
