import ts from 'typescript'

/** A compiler that tells whether a file of the tree has no type faults with other words in it. */
export function createCompiler(
  root: string,
  files: readonly string[],
): (file: string, text: string) => boolean {
  const { config } = ts.readConfigFile(`${root}tsconfig.json`, ts.sys.readFile)
  const { options } = ts.parseJsonConfigFileContent(config, ts.sys, root)
  let changed: { file: string; text: string } = { file: '', text: '' }
  let version = 0
  const service = ts.createLanguageService({
    getCompilationSettings: () => options,
    getScriptFileNames: () => [...files],
    getScriptVersion: (file) => (file === changed.file ? `${version}` : ''),
    getScriptSnapshot: (file) => {
      const text = file === changed.file ? changed.text : ts.sys.readFile(file)
      return text === undefined ? undefined : ts.ScriptSnapshot.fromString(text)
    },
    getCurrentDirectory: () => root,
    getDefaultLibFileName: ts.getDefaultLibFilePath,
    fileExists: ts.sys.fileExists,
    readFile: ts.sys.readFile,
    readDirectory: ts.sys.readDirectory,
    directoryExists: ts.sys.directoryExists,
    getDirectories: ts.sys.getDirectories,
  })
  return (file, text) => {
    changed = { file, text }
    version++
    return service.getSyntacticDiagnostics(file).length + service.getSemanticDiagnostics(file).length === 0
  }
}
