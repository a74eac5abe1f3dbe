/** The version of the Codex client whose protocol and models this package follows (docs/wire.md). */
export const CLIENT_VERSION = '0.171.0'
