import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { ROOT } from './support.ts'

export const README: string = readFileSync(join(ROOT, 'README.md'), 'utf8')

/** A fenced block of the README. */
export interface Block {
  /** `ts`, `sh`, … */
  readonly language: string
  readonly code: string
  /** The heading that it stands under. */
  readonly heading: string
  /** Counts the blocks of one language under one heading, from 1. */
  readonly number: number
}

/** All fenced blocks of a Markdown text, in their order. */
export function readBlocks(markdown: string): Block[] {
  const blocks: Block[] = []
  const pattern = /^#+ (?<heading>[^\n]+)$|^```(?<language>\w*)[^\n]*\n(?<code>.*?)^```$/gms
  let current = ''
  for (const { groups = {} } of markdown.matchAll(pattern)) {
    const { heading, language = '', code = '' } = groups
    if (heading !== undefined) {
      current = heading
      continue
    }
    const before = blocks.filter((block) => block.heading === current && block.language === language)
    blocks.push({ language, code, heading: current, number: before.length + 1 })
  }
  return blocks
}

/** The rows of the table after `<!-- marker -->`, without its head, each as its cells. */
export function readTable(markdown: string, marker: string): string[][] {
  const [, after = ''] = markdown.split(`<!-- ${marker} -->`)
  const [, table = ''] = /^\s*((?:\|.*\n)+)/.exec(after) ?? []
  return table
    .trim()
    .split('\n')
    .slice(2)
    .map((row) =>
      row
        .slice(1, -1)
        .split('|')
        .map((cell) => cell.trim()),
    )
}
