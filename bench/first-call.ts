import { readFile } from 'node:fs/promises'
import { median, outputOf } from './measure.ts'
import { findPeers, PEERS } from './readers.ts'
import { saveCase } from './results.ts'

const ROUNDS = 9

/** What a new process imports, makes a model with, and asks once. */
interface Subject {
  from: string
  /** The folder that the package is found from. */
  folder: string
  factory: string
  modelId: string
  settings: object
}

const ours = (entry: string, baseURL: string): Subject => ({
  from: `ai-sdk-provider-codex${entry}`,
  folder: '.',
  factory: 'createCodex',
  modelId: 'gpt-5.5',
  settings: { baseURL, auth: { accessToken: 'bench' }, codexMode: false },
})

/** CPU time from the import of a package to the end of its first answer, each time in a new process. */
export async function firstCall(origin: string): Promise<void> {
  const baseURL = `${origin}/10`
  const subjects = new Map<string, Subject | undefined>([
    ['bare reader', undefined],
    ['ai-sdk-provider-codex (ai 4)', ours('', baseURL)],
    ['ai-sdk-provider-codex/v2 (ai 5)', ours('/v2', baseURL)],
    ['ai-sdk-provider-codex/v3 (ai 6)', ours('/v3', baseURL)],
    ['ai-sdk-provider-codex/v4 (ai 7)', ours('/v4', baseURL)],
  ])
  const { installed, absent } = await findPeers()
  for (const { name, settingsOf, ...peer } of PEERS) {
    if (name in installed) subjects.set(name, { ...peer, folder: './peers', settings: settingsOf(baseURL) })
  }
  const script = await readFile(new URL('./first-call-child.mjs', import.meta.url), 'utf8')
  const rounds: Record<string, number[]> = Object.fromEntries([...subjects.keys()].map((name) => [name, []]))
  for (let round = 0; round < ROUNDS; round++) {
    for (const [name, subject] of subjects) {
      const args = ['--input-type=module', '-e', script, baseURL]
      if (subject) args.push(JSON.stringify(subject))
      rounds[name]?.push(Number(await outputOf(args, subject?.folder ?? '.')))
    }
  }
  const figures = Object.fromEntries(Object.entries(rounds).map(([name, times]) => [name, median(times)]))
  await saveCase('first call', { absent, figures, rounds })
}
