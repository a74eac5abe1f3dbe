import { readdirSync, readFileSync } from 'node:fs'
import { dirname, join, relative } from 'node:path'
import { fileURLToPath } from 'node:url'
import { expect, test } from 'vitest'

const SRC = fileURLToPath(new URL('../src', import.meta.url))

interface Import {
  file: string
  /** A path in `src`, or the name of a package. */
  target: string
  isType: boolean
}

const FILES = readdirSync(SRC, { recursive: true, encoding: 'utf8' })
  .filter((file) => file.endsWith('.ts'))
  .map((file) => file.replaceAll('\\', '/'))

const IMPORTS: Import[] = FILES.flatMap((file) => {
  const source = readFileSync(join(SRC, file), 'utf8')
  const atOnce = source.matchAll(/^(?:import|export)\s+(type\s)?[^'";]*?from '([^']+)'/gm)
  const whenNeeded = source.matchAll(/\bimport\((type)?'(\.[^']+)'\)/g)
  return [...atOnce, ...whenNeeded].map(([, type, target = '']) => ({
    file,
    target: target.startsWith('.')
      ? relative(SRC, join(SRC, dirname(file), target)).replaceAll('\\', '/')
      : target,
    isType: type !== undefined,
  }))
})

const roomOf = (path: string): string => (path.includes('/') ? (path.split('/')[0] ?? '') : path)

/** What each room may import, itself apart; files at the top go by their name. */
const MAY_IMPORT: Record<string, string[]> = {
  models: ['abort.ts', 'disk-cache.ts', 'json.ts', 'platform.ts'],
  events: ['json.ts'],
  parts: ['events', 'failure-table.ts', 'json.ts'],
  auth: ['abort.ts', 'errors.ts', 'json.ts', 'platform.ts', 'read-text.ts', 'secure-url.ts'],
  instructions: [
    'request',
    'models',
    'abort.ts',
    'disk-cache.ts',
    'json.ts',
    'read-text.ts',
    'remembered.ts',
    'version.ts',
  ],
  request: ['instructions', 'models', 'parts', 'options.ts', 'platform.ts', 'json.ts', 'recent.ts', 'zod.ts'],
  transport: [
    'auth',
    'events',
    'parts',
    'errors.ts',
    'failure-table.ts',
    'json.ts',
    'debug.ts',
    'nearest.ts',
    'abort.ts',
    'read-text.ts',
  ],
  spec: ['json.ts', 'provider.ts', 'parts', 'request', 'models', 'events', 'options.ts', 'settings.ts'],
  cli: [
    'auth',
    'events',
    'models',
    'parts',
    'request',
    'provider.ts',
    'settings.ts',
    'errors.ts',
    'platform.ts',
    'nearest.ts',
    'version.ts',
  ],
  testing: [],
}

test.each(Object.entries(MAY_IMPORT))('the room %s imports only what it may', (room, allowed) => {
  const others = IMPORTS.filter(({ file, target }) => roomOf(file) === room && FILES.includes(target))
    .map(({ target }) => roomOf(target))
    .filter((target) => target !== room && !allowed.includes(target))
  expect([...new Set(others)]).toEqual([])
})

test('all rooms have their rule', () => {
  const rooms = new Set(FILES.filter((file) => file.includes('/')).map(roomOf))
  expect([...rooms].sort()).toEqual(Object.keys(MAY_IMPORT).sort())
})

test('only spec knows a version of the AI SDK', () => {
  const knowing = IMPORTS.filter(({ target }) => target.startsWith('spec-v'))
  expect(knowing.length).toBeGreaterThan(0)
  expect(knowing.filter(({ file, isType }) => roomOf(file) !== 'spec' || !isType)).toEqual([])
})

test('node: is imported by the stand-in server and the command line only', () => {
  const values = IMPORTS.filter(({ target, isType }) => target.startsWith('node:') && !isType)
  expect([...new Set(values.map(({ file }) => roomOf(file)))].sort()).toEqual(['cli', 'testing'])
})

test('the command line is reached through no other room', () => {
  const outside = IMPORTS.filter(({ file, target }) => roomOf(target) === 'cli' && roomOf(file) !== 'cli')
  expect(outside).toEqual([])
})

const ENTRIES = ['index.ts', 'v2.ts', 'v3.ts', 'v4.ts', 'auth.ts', 'testing.ts']

test('entries only re-export', () => {
  for (const entry of [...ENTRIES, 'exports.ts', 'login-exports.ts']) {
    const source = readFileSync(join(SRC, entry), 'utf8')
    expect(source.replace(/export [^;']*?from '[^']+'/g, '').trim()).toBe('')
  }
})

test('no room but the stand-in is reached through an entry', () => {
  expect(IMPORTS.filter(({ target }) => ENTRIES.includes(target))).toEqual([])
})
