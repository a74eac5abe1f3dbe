export type { CodexTool, CodexTools, ExecutableCodexTool } from './adapters/provider-tools.ts'
export { type CodexProvider, codex, createCodex } from './adapters/v4.ts'
export * from './exports.ts'
