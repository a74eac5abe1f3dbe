import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import ts from 'typescript'

const SRC = fileURLToPath(new URL('../../src', import.meta.url))

/** A file of `src`, and its syntax. */
export interface SourceFile {
  readonly file: string
  readonly text: string
  /** All nodes that `pick` gives something for. */
  find<T>(pick: (node: ts.Node, text: string) => T | undefined): T[]
}

function readSource(file: string): SourceFile {
  const text = readFileSync(join(SRC, file), 'utf8')
  return {
    file,
    text,
    find(pick) {
      const tree = ts.createSourceFile(file, text, ts.ScriptTarget.Latest)
      const found: Array<NonNullable<ReturnType<typeof pick>>> = []
      const visit = (node: ts.Node): void => {
        const picked = pick(node, text.slice(node.getStart(tree), node.end))
        if (picked !== undefined && picked !== null) found.push(picked)
        ts.forEachChild(node, visit)
      }
      visit(tree)
      return found
    },
  }
}

/** All files of `src` but declarations. */
export const SOURCES: readonly SourceFile[] = readdirSync(SRC, { recursive: true, encoding: 'utf8' })
  .map((file) => file.replaceAll('\\', '/'))
  .filter((file) => file.endsWith('.ts') && !file.endsWith('.d.ts'))
  .map(readSource)
