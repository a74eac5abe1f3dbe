import type { CodexOutput } from './call.ts'
import { toWireSchema } from './schema/wire.ts'
import type { WarningCollector } from './warnings.ts'
import { toWireName } from './wire-names.ts'

/** The `text.format` of structured output. */
export interface JsonSchemaFormat {
  type: 'json_schema'
  name: string
  description?: string
  strict: boolean
  schema: Record<string, unknown>
}

const OBJECT = 'the object to generate'

/** Structured output as the backend takes it; no format for text, and for JSON without a schema. */
export function toOutputFormat(
  output: CodexOutput,
  strictJsonSchema: boolean | undefined,
  warnings: WarningCollector,
): { format: JsonSchemaFormat | undefined; isWrapped: boolean } {
  if (output.type === 'text' || output.schema === undefined || output.schema === null) {
    return { format: undefined, isWrapped: false }
  }
  const { schema, isWrapped, strict } = toWireSchema(output.schema, {
    owner: OBJECT,
    argument: 'schema',
    unconstrained: 'wrapped',
    strict: strictJsonSchema,
    closes: strictJsonSchema !== false,
    warnings,
  })
  const name = toWireName(output.name ?? '') || 'response'
  const format: JsonSchemaFormat = {
    type: 'json_schema',
    name,
    ...(output.description === undefined ? {} : { description: output.description }),
    strict,
    schema,
  }
  return { format, isWrapped }
}
