import { readdirSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { expect, test } from 'vitest'

const FOLDER = fileURLToPath(new URL('../../.github/workflows/', import.meta.url))
const WORKFLOWS = readdirSync(FOLDER).map((name) => ({
  name,
  text: readFileSync(`${FOLDER}${name}`, 'utf8'),
}))

/** The jobs of a workflow, each as its lines. */
const JOBS = WORKFLOWS.flatMap(({ name, text }) => {
  const [, jobs = ''] = text.split(/^jobs:\n/m)
  return jobs.split(/^(?= {2}\w[\w-]*:$)/m).map((lines) => ({
    job: `${name}: ${/^ {2}([\w-]+):/.exec(lines)?.[1] ?? ''}`,
    lines: lines.replace(/^ *#.*\n/gm, ''),
  }))
}).filter(({ job }) => !job.endsWith(': '))

test('a workflow has no permissions but those of its jobs', () => {
  expect(WORKFLOWS.map(({ name }) => name).sort()).toEqual(['ci.yml', 'release.yml'])
  for (const { text } of WORKFLOWS) expect(text).toMatch(/^permissions: \{\}$/m)
})

test.each(JOBS)('$job says what it may do', ({ lines }) => {
  expect(lines).toMatch(/^ {4}permissions:\n {6}[\w-]+: (?:read|write)$/m)
})

test.each(JOBS)('$job uses actions by the hash of a commit', ({ lines }) => {
  const uses = [...lines.matchAll(/uses: (.*)/g)].map(([, action]) => action)
  for (const action of uses) expect(action).toMatch(/^[\w-]+\/[\w-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+$/)
})

test.each(JOBS)('$job leaves no credentials in the working copy', ({ lines }) => {
  const checkouts = lines.split('uses: actions/checkout@').slice(1)
  for (const step of checkouts) expect(step.split('uses:')[0]).toContain('persist-credentials: false')
})

test('the publishing identity and token are in one job, which runs no dependency', () => {
  const publishing = JOBS.filter(({ lines }) => /id-token: write|NPM_TOKEN/.test(lines))
  expect(publishing.map(({ job }) => job)).toEqual(['release.yml: publish'])
  const [{ lines } = { lines: '' }] = publishing
  expect(lines).not.toMatch(/npm (?:ci|install|run|exec|test)|npx|checkout|\.ci\/run/)
  expect(lines).not.toMatch(/contents: write/)
  expect(lines).toContain('npm publish ./*.tgz --ignore-scripts --provenance')
})

test('values of the event never stand in a script', () => {
  for (const { lines } of JOBS) {
    for (const [script] of lines.matchAll(/run: (?:\|\n(?: {10}.*\n)+|.*)/g))
      expect(script).not.toContain('${{')
  }
})

test('the lockfile is audited before anything is released', () => {
  for (const { text } of WORKFLOWS) expect(text).toContain('npm audit --package-lock-only')
})
