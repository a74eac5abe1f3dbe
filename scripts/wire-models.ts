/**
 * Compares the table of models, the known ids and `docs/models.md` with a captured list of models, and prints what
 * differs. The list is the answer of `GET …/models`, or what `codex debug models --bundled` prints.
 *
 *     npm run wire:models [file]
 */
import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { readCatalogue } from '../src/models/catalogue-entry.ts'
import { CLIENT_VERSION } from '../src/models/client-version.ts'
import { factsOf } from '../src/models/facts.ts'
import { isOriginalModel, isTableModel, MODEL_TABLE, type ModelFacts } from '../src/models/table.ts'

const ROOT = fileURLToPath(new URL('..', import.meta.url))

/** Lines that say how table, ids and page differ from the captured list; none where they agree. */
export function wireDifferences(captured: unknown, idsSource: string, page: string): string[] {
  const listed = readCatalogue(captured)
  const lines = listed.flatMap((entry) => {
    if (!isTableModel(entry.id)) return [`${entry.id} is not in src/models/table.ts`]
    const bundled = factsOf(entry.id)
    const differing = Object.entries(factsOf(entry.id, entry)).filter(
      ([name, value]) => JSON.stringify(value) !== JSON.stringify(bundled[name as keyof ModelFacts]),
    )
    return differing.map(([name, value]) => {
      const ours = JSON.stringify(bundled[name as keyof ModelFacts])
      return `${entry.id}: ${name} is ${ours} in src/models/table.ts, ${JSON.stringify(value)} in the list`
    })
  })
  const gone = Object.keys(MODEL_TABLE).filter(
    (id) => !isOriginalModel(id) && !listed.some((entry) => entry.id === id),
  )
  const shown = listed.filter(({ visibility }) => visibility !== 'hide').map(({ id }) => id)
  return [
    ...lines,
    ...gone.map((id) => `${id} is in src/models/table.ts, and not in the list`),
    ...shown.filter((id) => !idsSource.includes(`'${id}'`)).map((id) => `${id} is not in src/models/ids.ts`),
    ...shown.filter((id) => !page.includes(`| \`${id}\` `)).map((id) => `${id} is not in docs/models.md`),
  ]
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const file = process.argv[2] ?? `${ROOT}test/fixtures/captures/models-${CLIENT_VERSION}.json`
  const read = (path: string) => readFileSync(path, 'utf8')
  const lines = wireDifferences(
    JSON.parse(read(file)),
    read(`${ROOT}src/models/ids.ts`),
    read(`${ROOT}docs/models.md`),
  )
  for (const line of lines) console.log(line)
  if (lines.length === 0) console.log(`Nothing differs from ${file}.`)
  process.exitCode = lines.length === 0 ? 0 : 1
}
