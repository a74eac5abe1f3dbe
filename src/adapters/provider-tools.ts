import { type BlockTool, type BlockTools, createTools, type Executable } from './modern/tools.ts'

interface Mark<IsHosted extends boolean> {
  /** How `ai` 6 and 7 know a tool of a provider. */
  type: 'provider'
  /** Asked for by `ai` 7: does the backend run it? */
  isProviderExecuted: IsHosted
}

/** A tool of the Codex backend, for the `tools` of `ai` 6 and 7. */
export type CodexTool<ID extends `codex.${string}`, INPUT> = BlockTool<ID, INPUT> & (Mark<true> | Mark<false>)

/** A tool that runs in your process, and what runs it. */
export type ExecutableCodexTool<ID extends `codex.${string}`, INPUT, RESULT> = BlockTool<ID, INPUT> &
  Mark<false> &
  Executable<INPUT, RESULT>

/** The tools that the Codex backend knows by itself. */
export type CodexTools = BlockTools<Mark<true>, Mark<false>>

/** The hosted tools, the same for every provider. */
export const codexTools: CodexTools = createTools({
  hosted: () => ({ type: 'provider', isProviderExecuted: true }),
  own: () => ({ type: 'provider', isProviderExecuted: false }),
})
