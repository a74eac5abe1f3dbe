import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { expect, test } from 'vitest'
import packageJson from '../../package.json' with { type: 'json' }
import { ROOT } from './support.ts'

const DOCS = readdirSync(join(ROOT, 'docs'))
  .filter((file) => file.endsWith('.md'))
  .sort()

const PAGES = [
  ...readdirSync(ROOT).filter((file) => file.endsWith('.md')),
  ...DOCS.map((file) => `docs/${file}`),
  'bench/README.md',
  'examples/README.md',
]

/** The text of a page without its blocks of code, where a `#` is no heading and `](` is no link. */
const proseOf = (file: string): string =>
  readFileSync(join(ROOT, file), 'utf8').replace(/^```.*?^```$/gms, '')

/** The links of a page to files and headings of this repository. */
const linksOf = (file: string): string[] =>
  [...proseOf(file).matchAll(/\]\(([^)\s]+)\)/g)]
    .map(([, link = '']) => link)
    .filter((link) => !/^https?:/.test(link))

/** The anchors that a page's headings make. */
const anchorsOf = (file: string): string[] =>
  [...proseOf(file).matchAll(/^#+ (.+)$/gm)].map(([, heading = '']) =>
    heading
      .toLowerCase()
      .replace(/[^\w -]/g, '')
      .replaceAll(' ', '-'),
  )

function isBroken(file: string, link: string): boolean {
  const [path = '', anchor] = link.split('#')
  const target = path === '' ? file : join(dirname(file), path)
  if (!existsSync(join(ROOT, target))) return true
  return anchor !== undefined && !anchorsOf(target).includes(anchor)
}

test.for(PAGES)('the links of %s lead somewhere', (file) => {
  expect(linksOf(file).filter((link) => isBroken(file, link))).toEqual([])
})

test('a broken link is seen', () => {
  expect(isBroken('README.md', '#no-such-heading')).toBe(true)
  expect(isBroken('README.md', 'docs/no-such-page.md')).toBe(true)
  expect(isBroken('docs/README.md', '../README.md#errors')).toBe(false)
})

/** Packed whatever `files` says. */
const ALWAYS_PACKED = ['package.json', 'README.md', 'LICENSE']

const isPacked = (file: string): boolean =>
  [...ALWAYS_PACKED, ...packageJson.files].some((packed) => file === packed || file.startsWith(`${packed}/`))

/** The links of a page that lead to files which the package doesn't bring. */
const strayLinks = (file: string): string[] =>
  linksOf(file).filter((link) => {
    const [path = ''] = link.split('#')
    return path !== '' && !isPacked(join(dirname(file), path))
  })

const PACKED_PAGES = PAGES.filter(isPacked)

test('the pages of the package are found', () => {
  expect(PACKED_PAGES).toEqual(expect.arrayContaining(['README.md', 'SECURITY.md', 'docs/errors.md']))
  expect(PACKED_PAGES).not.toContain('bench/README.md')
  expect(strayLinks('examples/README.md')).toContain('01-generate.ts')
})

test.for(PACKED_PAGES)('the links of %s stay within the package', (file) => {
  expect(strayLinks(file)).toEqual([])
})

test('the index of docs lists each page once', () => {
  const listed = linksOf('docs/README.md').filter((link) => /^[\w-]+\.md$/.test(link))
  expect(listed.sort()).toEqual(DOCS.filter((file) => file !== 'README.md'))
})

test('the index of docs lists how to contribute', () => {
  expect(linksOf('docs/README.md')).toContain('../CONTRIBUTING.md')
})

test('the README leads to the index of docs, and to the pages about the inside', () => {
  const inside = ['docs/performance.md', 'docs/architecture.md', 'CONTRIBUTING.md']
  expect(linksOf('README.md')).toEqual(expect.arrayContaining(['docs/README.md', ...inside]))
})
