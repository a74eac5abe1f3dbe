// Bundles `entry` of the folder `app` for a server with each bundler, and prints their warnings as JSON.
import { basename, join } from 'node:path'
import { build as esbuild } from 'esbuild'
import { createLogger, build as vite } from 'vite'
import webpack from 'webpack'

const [app = '.', entry = ''] = process.argv.slice(2)
const name = basename(entry, '.mjs')
const output = (bundler) => join(app, 'bundles', `${name}-${bundler}`)

function runWebpack() {
  const config = {
    mode: 'production',
    target: 'node20',
    context: app,
    entry: { main: `./${entry}` },
    output: { path: output('webpack'), filename: '[name].mjs', module: true, chunkFormat: 'module' },
    experiments: { outputModule: true },
  }
  return new Promise((resolve, reject) => {
    webpack(config, (error, stats) => {
      if (error) return reject(error)
      const { errors, warnings } = stats.toJson({ all: false, errors: true, warnings: true })
      resolve([...errors, ...warnings].map(({ message }) => message))
    })
  })
}

async function runEsbuild() {
  const { errors, warnings } = await esbuild({
    absWorkingDir: app,
    entryPoints: { main: entry },
    outdir: output('esbuild'),
    outExtension: { '.js': '.mjs' },
    bundle: true,
    platform: 'node',
    target: 'node20',
    format: 'esm',
    splitting: true,
    logLevel: 'silent',
    banner: {
      js: "import { createRequire as makeRequire } from 'node:module'; const require = makeRequire(import.meta.url)",
    },
  })
  return [...errors, ...warnings].map(({ text }) => text)
}

async function runVite() {
  const said = []
  const say = (message) => void said.push(message)
  const logger = { ...createLogger('warn'), warn: say, warnOnce: say, error: say }
  await vite({
    root: app,
    configFile: false,
    customLogger: logger,
    ssr: { noExternal: true, target: 'node' },
    build: {
      ssr: entry,
      outDir: output('vite'),
      emptyOutDir: true,
      rollupOptions: { output: { entryFileNames: 'main.mjs' } },
    },
  })
  return said
}

const warnings = { webpack: await runWebpack(), esbuild: await runEsbuild(), vite: await runVite() }
process.stdout.write(JSON.stringify(warnings))
