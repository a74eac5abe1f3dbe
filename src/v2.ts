export * from './exports.ts'
export { type CodexProvider, codex, createCodex } from './spec/v2.ts'
export type { CodexTool, CodexTools, ExecutableCodexTool } from './spec/v2-tools.ts'
