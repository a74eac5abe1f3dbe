import { type BlockTool, type BlockTools, createTools, type Executable } from './modern/tools.ts'

interface Mark {
  /** How `ai` 5 knows a tool of a provider. */
  type: 'provider-defined'
  /** The backend's name of the tool, such as `web_search`. */
  name: string
}

/** A tool of the Codex backend, for the `tools` of `ai` 5. */
export type CodexTool<ID extends `codex.${string}`, INPUT> = BlockTool<ID, INPUT> & Mark

/** A tool that runs in your process, and what runs it. */
export type ExecutableCodexTool<ID extends `codex.${string}`, INPUT, RESULT> = CodexTool<ID, INPUT> &
  Executable<INPUT, RESULT>

/** The tools that the Codex backend knows by itself. */
export type CodexTools = BlockTools<Mark, Mark>

const mark = (name: string): Mark => ({ type: 'provider-defined', name })

/** The hosted tools, the same for every provider. */
export const codexTools: CodexTools = createTools({ hosted: mark, own: mark })
