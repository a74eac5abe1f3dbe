import type { CodexWarning } from '../request/call.ts'

/** A warning in the form that LanguageModelV1 and V2 share. */
type SettingWarning =
  | { type: 'unsupported-setting'; setting: never; details: string }
  | {
      type: 'unsupported-tool'
      tool: {
        type: 'provider-defined'
        id: `${string}.${string}`
        name: string
        args: Record<string, unknown>
      }
      details: string
    }
  | { type: 'other'; message: string }

/** Translates a warning for V1 and V2. `ai` prints one about a tool together with the tool. */
export function toSettingWarning(warning: CodexWarning): SettingWarning {
  switch (warning.type) {
    case 'setting':
      // The type allows only the specification's own settings, but `ai` passes on any name.
      return { type: 'unsupported-setting', setting: warning.setting as never, details: warning.details }
    case 'tool': {
      const { id, name, args } = warning.tool
      // The type requires a dot in the id, which the caller may have left out.
      const tool = {
        type: 'provider-defined' as const,
        id: id as `${string}.${string}`,
        name,
        args: { ...args },
      }
      return { type: 'unsupported-tool', tool, details: warning.details }
    }
    case 'other':
      return { type: 'other', message: warning.message }
    default:
      return warning satisfies never
  }
}
