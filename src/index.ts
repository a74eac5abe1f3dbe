export {
  type ChatGPTProvider,
  type CodexProvider,
  codex,
  createChatGPT,
  createCodex,
} from './adapters/v1/model.ts'
export type { CodexTool, CodexTools, ExecutableCodexTool } from './adapters/v1/tools.ts'
export * from './exports.ts'
