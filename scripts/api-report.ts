/**
 * Writes what each entry exports to `api/*.api.md`; with `--check`, fails where that differs from what is written there.
 * Needs `dist/`.
 */
import { mkdirSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { fileURLToPath } from 'node:url'
import { Extractor, ExtractorConfig } from '@microsoft/api-extractor'

const ENTRIES = ['index', 'v2', 'v3', 'v4', 'auth', 'testing']
const ROOT = fileURLToPath(new URL('..', import.meta.url))
const isCheck = process.argv.includes('--check')

const configOf = (entry: string): ExtractorConfig => {
  const declarations = `${ROOT}dist/${entry}.d.cts`
  return ExtractorConfig.prepare({
    configObjectFullPath: undefined,
    packageJsonFullPath: `${ROOT}package.json`,
    configObject: {
      projectFolder: ROOT,
      mainEntryPointFilePath: declarations,
      newlineKind: 'lf',
      compiler: {
        overrideTsconfig: {
          compilerOptions: {
            module: 'esnext',
            moduleResolution: 'bundler',
            target: 'es2022',
            types: ['node'],
          },
          files: [declarations],
        },
      },
      apiReport: {
        enabled: true,
        reportFolder: `${ROOT}api`,
        reportTempFolder: tmpdir(),
        reportFileName: `${entry}.api.md`,
      },
      docModel: { enabled: false },
      dtsRollup: { enabled: false },
      tsdocMetadata: { enabled: false },
      // The linter and the compiler have their say elsewhere.
      messages: {
        extractorMessageReporting: { default: { logLevel: 'none' as never } },
        tsdocMessageReporting: { default: { logLevel: 'none' as never } },
      },
    },
  })
}

mkdirSync(`${ROOT}api`, { recursive: true })
for (const entry of ENTRIES) {
  const { succeeded, apiReportChanged } = Extractor.invoke(configOf(entry), {
    localBuild: !isCheck,
    messageCallback(message) {
      message.handled = true
    },
  })
  if (isCheck && apiReportChanged) {
    console.error(`The public surface of ${entry} is not that of api/${entry}.api.md: see \`npm run api\`.`)
    process.exitCode = 1
  } else if (!succeeded && !apiReportChanged) {
    console.error(`No report of ${entry}: are there declarations in dist/?`)
    process.exitCode = 1
  }
}
