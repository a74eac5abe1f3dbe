import type { SearchableTool } from './hosted-tools.ts'

/** How much a word counts, by where it is found. */
const WEIGHTS = { name: 4, namespace: 2, parameters: 1.5, description: 1 } as const

type Field = keyof typeof WEIGHTS

/** Words that say nothing of a tool. */
const COMMON = new Set('a an and are as at by for from in is it of on or that the this to with'.split(' '))

/** Words of a query that count: more of them say no more. */
const MAX_WORDS = 32

/**
 * Ranks tools by the words of a query, best first, in time linear to their text. A word counts more where fewer tools have
 * it. Tools of one rank keep their order; a tool that has none of the words is left out.
 */
export function rankTools(query: string, tools: readonly SearchableTool[]): string[] {
  const wanted = [...new Set(wordsOf(query))].filter((word) => !COMMON.has(word)).slice(0, MAX_WORDS)
  const indexed = tools.map((tool) => ({ tool, fields: fieldsOf(tool) }))
  const scores = new Map<SearchableTool, number>()
  const add = (tool: SearchableTool, score: number) => scores.set(tool, (scores.get(tool) ?? 0) + score)
  for (const word of wanted) {
    let matches = indexed.flatMap(({ tool, fields }) => {
      const weight = weightOf(fields, (words) => words.has(word))
      return weight === 0 ? [] : [{ tool, weight }]
    })
    // Some languages put no space between words, and a model may write half a name.
    if (matches.length === 0 && word.length > 1) {
      matches = indexed.flatMap(({ tool }) => (textOf(tool).includes(word) ? [{ tool, weight: 0.5 }] : []))
    }
    const rarity = Math.log(1 + tools.length / matches.length)
    for (const { tool, weight } of matches) add(tool, weight * rarity)
  }
  const exact = query.trim().toLowerCase()
  for (const tool of tools) if (tool.name.toLowerCase() === exact) add(tool, Number.MAX_SAFE_INTEGER)
  return [...tools]
    .filter((tool) => scores.has(tool))
    .sort((a, b) => (scores.get(b) ?? 0) - (scores.get(a) ?? 0))
    .map(({ name }) => name)
}

const fieldsOf = (tool: SearchableTool): Record<Field, ReadonlySet<string>> => ({
  name: new Set(wordsOf(tool.name)),
  namespace: new Set(wordsOf(tool.namespace ?? '')),
  parameters: new Set(wordsOf(tool.parameters.join(' '))),
  description: new Set(wordsOf(tool.description ?? '')),
})

const weightOf = (
  fields: Record<Field, ReadonlySet<string>>,
  has: (words: ReadonlySet<string>) => boolean,
): number => {
  let weight = 0
  for (const field of Object.keys(WEIGHTS) as Field[]) if (has(fields[field])) weight += WEIGHTS[field]
  return weight
}

const textOf = ({ name, namespace = '', parameters, description = '' }: SearchableTool): string =>
  `${name} ${namespace} ${parameters.join(' ')} ${description}`.toLowerCase()

/** The words of a text, in lower case and without a plural "s"; `camelCase` is two. */
function wordsOf(text: string): string[] {
  const spaced = text.replace(/([\p{Ll}\p{N}])(?=\p{Lu})/gu, '$1 ')
  const words = spaced.toLowerCase().match(/[\p{L}\p{N}]+/gu) ?? []
  return words.map((word) => (word.length > 3 && word.endsWith('s') ? word.slice(0, -1) : word))
}
