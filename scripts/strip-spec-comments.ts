/**
 * Takes the comments off the AI SDK's own types in the declarations of `dist/`: they are inlined there, their docs are
 * those of `ai`, and they would be a third of the tarball. Ours stay.
 */
import { readdirSync, readFileSync, writeFileSync } from 'node:fs'
import ts from 'typescript'

const DIST = new URL('../dist/', import.meta.url)
const SPEC_TYPE = /^(?:JSON(?:Value|Object|Array)|Shared|GetMaxImagesPerCall|\w*V[1-4])/
const printer = ts.createPrinter({ removeComments: true })

const isSpecType = (statement: ts.Statement): boolean =>
  (ts.isTypeAliasDeclaration(statement) || ts.isInterfaceDeclaration(statement)) &&
  SPEC_TYPE.test(statement.name.text)

for (const name of readdirSync(DIST).filter((file) => /\.d\.c?ts$/.test(file))) {
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
