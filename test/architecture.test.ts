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

/** The rooms that each room may import from, besides itself; files at the top go by their name. */
const MAY_IMPORT: Record<string, string[]> = {
  lib: [],
  models: ['lib'],
  events: ['lib'],
  parts: ['events', 'lib', 'request'],
  images: ['lib', 'models', 'parts', 'request'],
  auth: ['lib', 'errors.ts'],
  instructions: ['lib', 'models', 'request', 'version.ts'],
  request: ['lib', 'models'],
  transport: ['events', 'lib', 'request', 'errors.ts'],
  routes: ['auth', 'events', 'models', 'request', 'transport'],
  core: [
    'auth',
    'events',
    'images',
    'instructions',
    'lib',
    'models',
    'parts',
    'request',
    'routes',
    'transport',
    'errors.ts',
    'version.ts',
  ],
  adapters: ['core', 'events', 'images', 'lib', 'models', 'parts', 'request'],
  cli: ['auth', 'core', 'events', 'images', 'lib', 'models', 'parts', 'request', 'errors.ts', 'version.ts'],
  testing: [],
}

test.each(Object.entries(MAY_IMPORT))('the room %s imports exactly these', (room, allowed) => {
  const others = IMPORTS.filter(({ file, target }) => roomOf(file) === room && FILES.includes(target))
    .map(({ target }) => roomOf(target))
    .filter((target) => target !== room)
  expect([...new Set(others)].sort()).toEqual([...allowed].sort())
})

test('all rooms have their rule', () => {
  const rooms = new Set(FILES.filter((file) => file.includes('/')).map(roomOf))
  expect([...rooms].sort()).toEqual(Object.keys(MAY_IMPORT).sort())
})

test('only the adapters know a version of the AI SDK', () => {
  const knowing = IMPORTS.filter(({ target }) => target.startsWith('spec-v'))
  expect(knowing.length).toBeGreaterThan(0)
  expect(knowing.filter(({ file, isType }) => roomOf(file) !== 'adapters' || !isType)).toEqual([])
})

test('node: is imported by the stand-in server and the command line only', () => {
  const values = IMPORTS.filter(({ target, isType }) => target.startsWith('node:') && !isType)
  expect([...new Set(values.map(({ file }) => roomOf(file)))].sort()).toEqual(['cli', 'testing'])
})

test('the command line is reached through no other room', () => {
  const outside = IMPORTS.filter(({ file, target }) => roomOf(target) === 'cli' && roomOf(file) !== 'cli')
  expect(outside).toEqual([])
})

test('zod 4 and the provider utilities are loaded when a call needs them, never at import', () => {
  const atImport = IMPORTS.filter(
    ({ target, isType }) => !isType && (target === 'zod/v4' || target === '@ai-sdk/provider-utils'),
  )
  expect(atImport).toEqual([])
})

const ENTRIES = ['index.ts', 'v2.ts', 'v3.ts', 'v4.ts', 'auth.ts', 'testing.ts']

test('entries only re-export', () => {
  for (const entry of [...ENTRIES, 'exports.ts', 'auth/exports.ts']) {
    const source = readFileSync(join(SRC, entry), 'utf8')
    expect(source.replace(/export [^;']*?from '[^']+'/g, '').trim()).toBe('')
  }
})

test('no room but the stand-in is reached through an entry', () => {
  expect(IMPORTS.filter(({ target }) => ENTRIES.includes(target))).toEqual([])
})
