export type { CodexTool, CodexTools, ExecutableCodexTool } from './adapters/provider-tools.ts'
export { type CodexProvider, codex, createCodex } from './adapters/v3.ts'
export * from './exports.ts'
