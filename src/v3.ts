export type { CodexTool, CodexTools, ExecutableCodexTool } from './adapters/provider-tools.ts'
export { type ChatGPTProvider, type CodexProvider, codex, createChatGPT, createCodex } from './adapters/v3.ts'
export * from './exports.ts'
