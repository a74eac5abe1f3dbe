import { z } from 'zod/v3'

/** Schemas of the tools' inputs, built on first use since most apps use none. */
const INPUT_SCHEMAS = {
  web_search: () => z.object({}),
  image_generation: () => z.object({}),
  tool_search: () => z.object({ arguments: z.unknown(), call_id: z.string().nullish() }),
  custom: () => z.string(),
  local_shell: () =>
    z.object({
      action: z.object({
        type: z.literal('exec'),
        command: z.array(z.string()),
        timeoutMs: z.number().nullish(),
        user: z.string().nullish(),
        workingDirectory: z.string().nullish(),
        env: z.record(z.string()).nullish(),
      }),
    }),
}

export type ToolName = keyof typeof INPUT_SCHEMAS

/**
 * Creates a tool of the backend.
 *
 * @param name The backend's name of the tool.
 * @param schemaKey The version's name for the schema of the input.
 * @param fields What else the version expects of a provider's tool.
 * @param options The tool's arguments, and `execute` where the tool runs in the caller's process.
 */
export function makeTool(
  name: ToolName,
  schemaKey: 'parameters' | 'inputSchema',
  fields: object,
  options: { readonly execute?: unknown } = {},
): object {
  const { execute, ...args } = options
  let schema: z.ZodTypeAny | undefined
  return {
    ...fields,
    id: `codex.${name}`,
    args,
    get [schemaKey]() {
      schema ??= INPUT_SCHEMAS[name]()
      return schema
    },
    ...(execute === undefined ? {} : { execute }),
  }
}
