import { type BackendTool, type BackendTools, createTools, type Executable } from './modern/tools.ts'

interface ProviderToolFields {
  /** Marks a provider's tool for `ai` 5. */
  type: 'provider-defined'
  /** The backend's name of the tool, such as `web_search`. */
  name: string
}

/** A tool of the Codex backend, for the `tools` of `ai` 5. */
export type CodexTool<ID extends `codex.${string}`, INPUT> = BackendTool<ID, INPUT> & ProviderToolFields

/** A tool that runs in your process, with the function that runs it. */
export type ExecutableCodexTool<ID extends `codex.${string}`, INPUT, RESULT> = CodexTool<ID, INPUT> &
  Executable<INPUT, RESULT>

/** Tools that are built into the Codex backend. */
export type CodexTools = BackendTools<ProviderToolFields, ProviderToolFields>

const fields = (name: string): ProviderToolFields => ({ type: 'provider-defined', name })

/** The tools of every provider for `ai` 5. */
export const codexTools: CodexTools = createTools({ hosted: fields, own: fields })
