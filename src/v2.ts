export { type ChatGPTProvider, type CodexProvider, codex, createChatGPT, createCodex } from './adapters/v2.ts'
export type { CodexTool, CodexTools, ExecutableCodexTool } from './adapters/v2-tools.ts'
export * from './exports.ts'
