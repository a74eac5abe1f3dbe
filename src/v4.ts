export * from './exports.ts'
export type { CodexTool, CodexTools, ExecutableCodexTool } from './spec/provider-tools.ts'
export { type CodexProvider, codex, createCodex } from './spec/v4.ts'
