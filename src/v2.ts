export { type CodexProvider, codex, createCodex } from './adapters/v2.ts'
export type { CodexTool, CodexTools, ExecutableCodexTool } from './adapters/v2-tools.ts'
export * from './exports.ts'
