export * from './exports.ts'
export { type CodexProvider, codex, createCodex } from './spec/v1.ts'
export type { CodexTool, CodexTools, ExecutableCodexTool } from './spec/v1-tools.ts'
