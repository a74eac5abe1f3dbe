import { InvalidArgumentError } from '@ai-sdk/provider'
import type { z } from 'zod/v4'
import { isObject, type JsonObject } from '../lib/json.ts'
import { loadZod } from '../lib/zod.ts'
import type { CodexProviderTool } from './call.ts'
import type { WarningCollector } from './warnings.ts'

/** A tool that the backend knows by its type: it runs it itself, or knows how to call it. */
export interface HostedTool extends JsonObject {
  type: 'web_search' | 'image_generation' | 'local_shell'
}

/** A tool whose input is free text, or text of a grammar. */
export interface CustomTool {
  type: 'custom'
  name: string
  description?: string
  format?: { type: 'text' } | { type: 'grammar'; syntax: 'lark' | 'regex'; definition: string }
}

/** A hosted tool as the caller gave it, its arguments checked; the name of a custom tool is not yet the wire's. */
export type ReadTool = { kind: 'hosted'; tool: HostedTool } | { kind: 'custom'; tool: CustomTool }

const TYPES: Readonly<Record<string, HostedTool['type'] | 'custom'>> = {
  web_search: 'web_search',
  web_search_preview: 'web_search',
  image_generation: 'image_generation',
  local_shell: 'local_shell',
  custom: 'custom',
}

/**
 * Reads a tool of ours (`codex.…`) or of the official provider (`openai.…`); undefined for one that the backend does not
 * take.
 *
 * @throws InvalidArgumentError for a wrong argument, naming tool and argument
 */
export async function readHostedTool(
  given: CodexProviderTool,
  warnings: WarningCollector,
): Promise<ReadTool | undefined> {
  const [provider, ...rest] = given.id.split('.')
  const name = rest.join('.')
  const type = Object.hasOwn(TYPES, name) ? TYPES[name] : undefined
  if (type === undefined || (provider !== 'codex' && provider !== 'openai')) return undefined
  const result = (await argumentsSchema(type)).safeParse(given.args)
  if (!result.success) return refuse(given, result.error)
  const args = result.data as JsonObject
  const unknown = Object.keys(given.args).filter(
    (key) => !Object.hasOwn(args, key) && given.args[key] !== undefined,
  )
  // Our own arguments are ours to know; the official provider's grow without us.
  if (provider === 'codex' && unknown[0] !== undefined) return refuse(given, undefined, unknown[0])
  for (const key of unknown) {
    warnings.add({
      type: 'other',
      message: `The argument ${key} of the tool "${given.name}" (${given.id}) is left out: the Codex backend is not known to take it.`,
    })
  }
  if (type !== 'custom') return { kind: 'hosted', tool: { type, ...snakeCased(args) } }
  return { kind: 'custom', tool: { type, name: given.name, ...args } as CustomTool }
}

function refuse(given: CodexProviderTool, error: z.ZodError | undefined, unknown?: string): never {
  const issue = error?.issues[0]
  const path = unknown ?? issue?.path.join('.')
  const why = unknown === undefined ? (issue?.message ?? 'not an argument') : 'the tool has no such argument'
  throw new InvalidArgumentError({
    argument: 'tools',
    message: `Invalid argument${path ? ` ${path}` : 's'} of the tool "${given.name}" (${given.id}): ${why}.`,
    ...(error ? { cause: error } : {}),
  })
}

const snakeCase = (key: string): string => key.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`)

const snakeCased = (value: JsonObject): JsonObject =>
  Object.fromEntries(
    Object.entries(value)
      .filter(([, member]) => member !== undefined)
      .map(([key, member]) => [snakeCase(key), isObject(member) ? snakeCased(member) : member]),
  )

// Built at first use, so that importing an entry does no work.
const schemas = new Map<string, z.ZodType>()

async function argumentsSchema(type: HostedTool['type'] | 'custom'): Promise<z.ZodType> {
  const known = schemas.get(type)
  if (known) return known
  const schema = BUILDERS[type](await loadZod())
  schemas.set(type, schema)
  return schema
}

type Zod = Awaited<ReturnType<typeof loadZod>>

const BUILDERS: Readonly<Record<HostedTool['type'] | 'custom', (z: Zod) => z.ZodType>> = {
  web_search: (z) =>
    z.object({
      externalWebAccess: z.boolean().optional(),
      searchContentTypes: z
        .array(z.enum(['text', 'image']))
        .min(1)
        .optional(),
      searchContextSize: z.enum(['low', 'medium', 'high']).optional(),
      userLocation: z
        .strictObject({
          type: z.literal('approximate').default('approximate'),
          country: z.string().optional(),
          region: z.string().optional(),
          city: z.string().optional(),
          timezone: z.string().optional(),
        })
        .optional(),
      filters: z.strictObject({ allowedDomains: z.array(z.string()).optional() }).optional(),
    }),
  image_generation: (z) =>
    z.object({
      background: z.enum(['auto', 'opaque', 'transparent']).optional(),
      inputFidelity: z.enum(['low', 'high']).optional(),
      inputImageMask: z
        .strictObject({ fileId: z.string().optional(), imageUrl: z.string().optional() })
        .optional(),
      model: z.string().optional(),
      moderation: z.enum(['auto', 'low']).optional(),
      outputCompression: z.number().int().min(0).max(100).optional(),
      outputFormat: z.enum(['png', 'jpeg', 'webp']).optional(),
      partialImages: z.number().int().min(0).max(3).optional(),
      quality: z.enum(['auto', 'low', 'medium', 'high']).optional(),
      size: z
        .string()
        .regex(/^(?:auto|\d+x\d+)$/, 'must be "auto" or a size such as "1024x1024"')
        .optional(),
    }),
  local_shell: (z) => z.object({}),
  custom: (z) =>
    z.object({
      name: z.string().min(1).optional(),
      description: z.string().optional(),
      format: z
        .discriminatedUnion('type', [
          z.strictObject({ type: z.literal('text') }),
          z.strictObject({
            type: z.literal('grammar'),
            syntax: z.enum(['lark', 'regex']),
            definition: z.string().min(1),
          }),
        ])
        .optional(),
    }),
}
