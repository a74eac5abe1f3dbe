import { type BackendTool, type BackendTools, createTools, type Executable } from './modern/tools.ts'

interface ProviderToolFields<IsHosted extends boolean> {
  /** Marks a provider's tool for `ai` 6 and 7. */
  type: 'provider'
  /** True for tools that the backend runs. Required by `ai` 7. */
  isProviderExecuted: IsHosted
}

/** A tool of the Codex backend, for the `tools` of `ai` 6 and 7. */
export type CodexTool<ID extends `codex.${string}`, INPUT> = BackendTool<ID, INPUT> &
  (ProviderToolFields<true> | ProviderToolFields<false>)

/** A tool that runs in your process, with the function that runs it. */
export type ExecutableCodexTool<ID extends `codex.${string}`, INPUT, RESULT> = BackendTool<ID, INPUT> &
  ProviderToolFields<false> &
  Executable<INPUT, RESULT>

/** Tools that are built into the Codex backend. */
export type CodexTools = BackendTools<ProviderToolFields<true>, ProviderToolFields<false>>

/** The tools of every provider for `ai` 6 and 7. */
export const codexTools: CodexTools = createTools({
  hosted: () => ({ type: 'provider', isProviderExecuted: true }),
  own: () => ({ type: 'provider', isProviderExecuted: false }),
})
