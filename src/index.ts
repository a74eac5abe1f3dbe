export { type CodexProvider, codex, createCodex } from './adapters/v1/model.ts'
export type { CodexTool, CodexTools, ExecutableCodexTool } from './adapters/v1/tools.ts'
export * from './exports.ts'
