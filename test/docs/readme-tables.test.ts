import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import ts from 'typescript'
import { describe, expect, test } from 'vitest'
import * as entry from '../../src/index.ts'
import { CLIENT_VERSION } from '../../src/models/client-version.ts'
import { MODEL_TABLE } from '../../src/models/table.ts'
import { README, readTable } from './readme-blocks.ts'
import { ROOT } from './support.ts'

const parse = (file: string) =>
  ts.createSourceFile(file, ts.sys.readFile(join(ROOT, file)) ?? '', ts.ScriptTarget.Latest)

/** The property names of an interface or an object type, in their order. */
function keysOf(file: string, interfaceName: string): string[] {
  const source = parse(file)
  const found = source.statements
    .filter((node) => ts.isInterfaceDeclaration(node) || ts.isTypeAliasDeclaration(node))
    .find(({ name }) => name.text === interfaceName)
  const type = found && ts.isTypeAliasDeclaration(found) ? found.type : found
  if (!type || !(ts.isInterfaceDeclaration(type) || ts.isTypeLiteralNode(type))) return []
  return type.members.map((member) => member.name?.getText(source) ?? '')
}

/** The strings of a union type, in their order. */
function membersOf(file: string, typeName: string): string[] {
  const source = parse(file)
  const found = source.statements.filter(ts.isTypeAliasDeclaration).find(({ name }) => name.text === typeName)
  if (!found || !ts.isUnionTypeNode(found.type)) return []
  return found.type.types.flatMap((type) =>
    ts.isLiteralTypeNode(type) && ts.isStringLiteral(type.literal) ? [type.literal.text] : [],
  )
}

const readPage = (page: string): string => readFileSync(join(ROOT, 'docs', page), 'utf8')
const SETTINGS = readPage('settings.md')
const MODELS = readPage('models.md')

const bare = (cell: string | undefined) => cell?.replaceAll('`', '')
const firstColumn = (page: string, marker: string) => readTable(page, marker).map(([name]) => bare(name))

test.each([
  { marker: 'settings', file: 'src/core/settings.ts', name: 'CodexProviderSettings', atLeast: 15 },
  {
    marker: 'settings of createChatGPT',
    file: 'src/core/settings.ts',
    name: 'ChatGPTProviderSettings',
    atLeast: 10,
  },
  { marker: 'options', file: 'src/request/options.ts', name: 'CodexProviderOptions', atLeast: 13 },
])('the table of $marker names the keys of $name', ({ marker, file, name, atLeast }) => {
  const keys = keysOf(file, name)
  expect(keys.length).toBeGreaterThanOrEqual(atLeast)
  expect(firstColumn(SETTINGS, marker)).toEqual(keys)
})

describe('models', () => {
  test('are those of CodexModelId', () => {
    const ids = membersOf('src/models/ids.ts', 'CodexModelId')
    expect(ids.length).toBeGreaterThanOrEqual(15)
    expect(firstColumn(MODELS, 'models')).toEqual(ids)
  })

  test.each(readTable(MODELS, 'models'))(
    '%s has the efforts of the table of facts',
    (id, efforts, effort) => {
      const facts = MODEL_TABLE[bare(id) ?? '']
      expect(efforts).toBe(facts?.efforts?.join(', ') ?? 'any')
      expect(effort).toBe(facts?.defaultEffort ?? 'none')
    },
  )
})

test('the values of reasoningEffort are all there', async () => {
  const { REASONING_EFFORTS } = await import('../../src/models/efforts.ts')
  const row = readTable(SETTINGS, 'options').find(([name]) => bare(name) === 'reasoningEffort')
  expect(bare(row?.[1])?.split(' ')).toEqual([...REASONING_EFFORTS])
})

test('the names of providerMetadata.codex are all there', () => {
  const names = keysOf('src/adapters/metadata.ts', 'CodexProviderMetadata')
  expect(names.length).toBeGreaterThanOrEqual(7)
  const [, paragraph = ''] = /`providerMetadata\.codex` holds(.*?)\n\n/s.exec(SETTINGS) ?? []
  expect([...paragraph.matchAll(/`(\w+)`/g)].map(([, name]) => name)).toEqual(names)
})

test('each login error stands in errors.md with its code', () => {
  const classes = Object.entries(entry).filter(([name]) => /^CodexAuth\w*Error$/.test(name))
  const loginErrors = readTable(readPage('errors.md'), 'login errors').map((row) => row.slice(0, 2).map(bare))
  expect(classes).toHaveLength(5)
  for (const [name, LoginError] of classes) {
    const { code } = new (LoginError as typeof entry.CodexAuthRefreshError)({ message: '', reason: 'other' })
    expect(loginErrors).toContainEqual([name, code])
  }
})

test('the README pairs each version of ai with its import, the newest first', () => {
  const pairs = readTable(README, 'pairs').map(([version, install, statement]) => [
    /^`ai` (\d)/.exec(version ?? '')?.[1],
    bare(install),
    bare(statement),
  ])
  expect(pairs).toEqual(
    [7, 6, 5, 4].map((major) => [
      String(major),
      `npm install ai-sdk-provider-codex ai@${major}`,
      `import { codex } from 'ai-sdk-provider-codex${major === 4 ? '' : `/v${major - 3}`}'`,
    ]),
  )
})

test('the client version is the one in use', () => {
  const row = readTable(SETTINGS, 'settings').find(([name]) => bare(name) === 'clientVersion')
  expect(bare(row?.[1])).toBe(CLIENT_VERSION)
})

test('the settings that the README names are some of them', () => {
  const [, section = ''] = /^## Settings\n(.*?)^## /ms.exec(README) ?? []
  const [, list = ''] = /of your own: (.*?) and \[others\]/s.exec(section) ?? []
  const named = [...list.matchAll(/`(\w+)`/g)].map(([, name = '']) => name)
  expect(named.length).toBeGreaterThan(5)
  expect(named.filter((name) => !firstColumn(SETTINGS, 'settings').includes(name))).toEqual([])
})

test('links into the README have a heading', () => {
  const slug = (heading: string) =>
    heading
      .toLowerCase()
      .replace(/[^\w -]/g, '')
      .replaceAll(' ', '-')
  const slugs = [...README.matchAll(/^#+ (.+)$/gm)].map(([, heading]) => slug(heading ?? ''))
  const links = [...README.matchAll(/\]\(#([^)]+)\)/g)].map(([, link]) => link ?? '')
  expect(links.length).toBeGreaterThan(5)
  expect(links.filter((link) => !slugs.includes(link))).toEqual([])
})
