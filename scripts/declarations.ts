/**
 * Makes the declarations in `dist/` small:
 * - Removes the comments of the AI SDK's own types. They are inlined there, their docs are those of `ai`, and they would
 *   be a third of the tarball. Ours stay.
 * - Lets the ES module entries share the declarations of the CommonJS ones, which are the same.
 */
import { readdirSync, readFileSync, writeFileSync } from 'node:fs'
import ts from 'typescript'

const ENTRIES = ['index', 'v2', 'v3', 'v4', 'auth', 'testing']
const DIST = new URL('../dist/', import.meta.url)
const SPEC_TYPE = /^(?:JSON(?:Value|Object|Array)|Shared|GetMaxImagesPerCall|\w*V[1-4])/
const printer = ts.createPrinter({ removeComments: true })

const isSpecType = (statement: ts.Statement): boolean =>
  (ts.isTypeAliasDeclaration(statement) || ts.isInterfaceDeclaration(statement)) &&
  SPEC_TYPE.test(statement.name.text)

for (const name of readdirSync(DIST).filter((file) => file.endsWith('.d.cts'))) {
  const file = ts.createSourceFile(
    name,
    readFileSync(new URL(name, DIST), 'utf8'),
    ts.ScriptTarget.Latest,
    true,
  )
  const texts = file.statements.map((statement) =>
    isSpecType(statement)
      ? `\n${printer.printNode(ts.EmitHint.Unspecified, statement, file)}`
      : statement.getFullText(file),
  )
  writeFileSync(new URL(name, DIST), `${texts.join('').trimStart()}\n`)
}

for (const name of ENTRIES) writeFileSync(new URL(`${name}.d.ts`, DIST), `export * from './${name}.cjs'\n`)
