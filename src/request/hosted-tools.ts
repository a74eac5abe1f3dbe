import { InvalidArgumentError } from '@ai-sdk/provider'
import type { z } from 'zod/v4'
import { isObject, type JsonObject } from '../lib/json.ts'
import { loadZod } from '../lib/zod.ts'
import type { CodexProviderTool } from './call.ts'
import type { WarningCollector } from './warnings.ts'

/** A tool that the backend knows by its type: it runs the tool, or knows how to call it. */
export interface HostedTool extends JsonObject {
  type: 'web_search' | 'image_generation' | 'local_shell'
}

/** A type of tool that a backend may take or not. */
export type HostedToolType = HostedTool['type'] | 'tool_search'

/** The hosted tools of the Codex backend. */
export const HOSTED_TOOLS: readonly HostedToolType[] = [
  'web_search',
  'image_generation',
  'local_shell',
  'tool_search',
]

/** A tool whose input is free text, or text of a grammar. */
export interface CustomTool {
  type: 'custom'
  name: string
  description?: string
  format?: { type: 'text' } | { type: 'grammar'; syntax: 'lark' | 'regex'; definition: string }
}

/** A tool that a search may find. */
export interface SearchableTool {
  readonly name: string
  readonly description?: string | undefined
  readonly namespace?: string | undefined
  /** The names of its arguments. */
  readonly parameters: readonly string[]
}

/** One search for tools, as a function of the caller's gets it. */
export interface ToolSearchRequest {
  readonly query: string
  /** The arguments as the model wrote them. */
  readonly arguments: unknown
  /** All tools that can be found. */
  readonly tools: readonly SearchableTool[]
  readonly maxResults: number
  readonly abortSignal: AbortSignal
}

/** The arguments of a tool search. */
export interface ToolSearchSettings {
  readonly description?: string | undefined
  readonly maxResults?: number | undefined
  readonly search?: ((request: ToolSearchRequest) => unknown) | undefined
  readonly defer?: boolean | readonly string[] | ((name: string) => unknown) | undefined
  readonly namespaces?: Readonly<Record<string, string>> | undefined
}

/** A hosted tool of the caller with its arguments checked; the name of a custom tool is still the caller's. */
export type ReadTool =
  | { kind: 'hosted'; tool: HostedTool }
  | { kind: 'custom'; tool: CustomTool }
  | { kind: 'search'; tool: ToolSearchSettings }

const TYPES: Readonly<Record<string, HostedToolType | 'custom'>> = {
  web_search: 'web_search',
  web_search_preview: 'web_search',
  image_generation: 'image_generation',
  local_shell: 'local_shell',
  tool_search: 'tool_search',
  custom: 'custom',
}

/**
 * Reads a hosted tool of this provider (`codex.…`) or of `@ai-sdk/openai` (`openai.…`); undefined for one that the backend
 * does not support.
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
  if (!result.success) {
    const [issue] = result.error.issues
    throw invalidArgument(given, issue?.path.join('.') ?? '', issue?.message ?? 'wrong value', result.error)
  }
  const args = result.data as JsonObject
  const unknown = unknownArguments(given.args, args)
  // This provider's own arguments are all known; those of `@ai-sdk/openai` grow without it.
  if (provider === 'codex' && unknown[0] !== undefined) {
    throw invalidArgument(given, unknown[0], 'the tool has no such argument')
  }
  for (const path of unknown) {
    warnings.add({
      type: 'other',
      message: `The argument ${path} of the tool "${given.name}" (${given.id}) is left out: the backend is not known to accept it.`,
    })
  }
  if (type === 'tool_search') return { kind: 'search', tool: args as ToolSearchSettings }
  if (type !== 'custom') return { kind: 'hosted', tool: { type, ...snakeCased(args) } }
  return { kind: 'custom', tool: { type, name: given.name, ...args } as CustomTool }
}

/** Returns the paths of what is given and was not read. */
function unknownArguments(given: Readonly<JsonObject>, read: JsonObject, prefix = ''): string[] {
  return Object.entries(given).flatMap(([key, value]) => {
    if (value === undefined) return []
    if (!Object.hasOwn(read, key)) return [`${prefix}${key}`]
    const inner = read[key]
    return isObject(value) && isObject(inner) ? unknownArguments(value, inner, `${prefix}${key}.`) : []
  })
}

function invalidArgument(
  given: CodexProviderTool,
  path: string,
  reason: string,
  cause?: z.ZodError,
): InvalidArgumentError {
  return new InvalidArgumentError({
    argument: 'tools',
    message: `Invalid argument${path ? ` ${path}` : 's'} of the tool "${given.name}" (${given.id}): ${reason}.`,
    ...(cause ? { cause } : {}),
  })
}

const snakeCase = (key: string): string => key.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`)

const snakeCased = (value: JsonObject): JsonObject =>
  Object.fromEntries(
    Object.entries(value)
      .filter(([, member]) => member !== undefined)
      .map(([key, member]) => [snakeCase(key), isObject(member) ? snakeCased(member) : member]),
  )

// Built when first used, so that importing an entry does no work.
const schemas = new Map<string, z.ZodType>()

async function argumentsSchema(type: HostedToolType | 'custom'): Promise<z.ZodType> {
  const known = schemas.get(type)
  if (known) return known
  const schema = BUILDERS[type](await loadZod())
  schemas.set(type, schema)
  return schema
}

type Zod = Awaited<ReturnType<typeof loadZod>>

/** More tools at once would cost what the search is to save. */
const MAX_FOUND = 100

const BUILDERS: Readonly<Record<HostedToolType | 'custom', (z: Zod) => z.ZodType>> = {
  web_search: (z) =>
    z.object({
      externalWebAccess: z.boolean().optional(),
      searchContentTypes: z
        .array(z.enum(['text', 'image']))
        .min(1)
        .optional(),
      searchContextSize: z.enum(['low', 'medium', 'high']).optional(),
      userLocation: z
        .object({
          type: z.literal('approximate').default('approximate'),
          country: z.string().optional(),
          region: z.string().optional(),
          city: z.string().optional(),
          timezone: z.string().optional(),
        })
        .optional(),
      filters: z
        .object({
          allowedDomains: z.array(z.string()).optional(),
          blockedDomains: z.array(z.string()).optional(),
        })
        .optional(),
    }),
  image_generation: (z) =>
    z.object({
      background: z.enum(['auto', 'opaque', 'transparent']).optional(),
      inputFidelity: z.enum(['low', 'high']).optional(),
      inputImageMask: z.object({ fileId: z.string().optional(), imageUrl: z.string().optional() }).optional(),
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
  tool_search: (z) => {
    const isFunction = (value: unknown) => typeof value === 'function'
    return z.object({
      description: z.string().min(1).optional(),
      maxResults: z.number().int().min(1).max(MAX_FOUND).optional(),
      search: z.custom(isFunction, 'must be a function').optional(),
      defer: z
        .union([z.boolean(), z.array(z.string()), z.custom(isFunction)], {
          error: 'must be true, false, a list of names or a function',
        })
        .optional(),
      namespaces: z.record(z.string(), z.string()).optional(),
    })
  },
  custom: (z) =>
    z.object({
      name: z.string().min(1).optional(),
      description: z.string().optional(),
      format: z
        .discriminatedUnion('type', [
          z.object({ type: z.literal('text') }),
          z.object({
            type: z.literal('grammar'),
            syntax: z.enum(['lark', 'regex']),
            definition: z.string().min(1),
          }),
        ])
        .optional(),
    }),
}
