import { readdirSync, readFileSync } from 'node:fs'

const FOLDER = new URL('../fixtures/openai-responses/', import.meta.url)

/** The recorded streams, by name without `.chunks.txt`. */
export const FIXTURES: readonly string[] = readdirSync(FOLDER)
  .filter((file) => file.endsWith('.chunks.txt'))
  .map((file) => file.replace('.chunks.txt', ''))
  .sort()

/** The lines of a recorded stream, one list for each response in it. */
export function readFixture(name: string): string[][] {
  const lines = readFileSync(new URL(`${name}.chunks.txt`, FOLDER), 'utf8')
    .split('\n')
    .filter((line) => line.trim() !== '')
  const responses: string[][] = []
  for (const line of lines) {
    if (line.includes('"type":"response.created"') || responses.length === 0) responses.push([])
    responses.at(-1)?.push(line)
  }
  return responses
}

/** The lines as a backend sends them. */
export const toStream = (lines: readonly string[]): string =>
  `${lines.map((line) => `data: ${line}\n\n`).join('')}data: [DONE]\n\n`
