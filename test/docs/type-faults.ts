import { basename, join } from 'node:path'
import ts from 'typescript'
import { ROOT } from './support.ts'

/** What the compiler has to say of these files, under the settings of the repository. */
export function typeFaults(files: readonly string[]): string[] {
  const { config } = ts.readConfigFile(join(ROOT, 'tsconfig.json'), ts.sys.readFile)
  const { fileNames, options } = ts.parseJsonConfigFileContent(
    { ...config, include: [], files },
    ts.sys,
    ROOT,
  )
  const program = ts.createProgram(fileNames, options)
  return files.flatMap((file) => {
    const source = program.getSourceFile(file)
    if (!source) return [`${basename(file)}: not read`]
    const found = [...program.getSyntacticDiagnostics(source), ...program.getSemanticDiagnostics(source)]
    return found.map(
      ({ messageText }) => `${basename(file)}: ${ts.flattenDiagnosticMessageText(messageText, ' ')}`,
    )
  })
}
