import type { CodexOutput } from './call.ts'
import { prepareSchema } from './schema/prepare.ts'
import { refuser, strictly } from './schema/wire.ts'

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
): { format: JsonSchemaFormat | undefined; isWrapped: boolean } {
  if (output.type === 'text' || output.schema === undefined || output.schema === null) {
    return { format: undefined, isWrapped: false }
  }
  const { schema, isWrapped } = prepareSchema(output.schema, 'wrapped', refuser('schema', OBJECT))
  const name = (output.name ?? '').replace(/[^A-Za-z0-9_-]/g, '_').slice(0, 64) || 'response'
  const format: JsonSchemaFormat = {
    type: 'json_schema',
    name,
    ...(output.description === undefined ? {} : { description: output.description }),
    ...strictly(schema, strictJsonSchema, OBJECT, 'schema'),
  }
  return { format, isWrapped }
}
