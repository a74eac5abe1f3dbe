import { link, rename, rm, stat, writeFile } from 'node:fs/promises'
import { basename, dirname, extname, join, resolve } from 'node:path'
import type { CodexImage, CodexImageCall } from '../images/call.ts'
import { fromBase64 } from '../lib/base64.ts'
import { createWarningCollector } from '../request/warnings.ts'
import { UsageError } from './args.ts'
import { messageOfWarning } from './ask.ts'
import { type Command, type CommandCall, CommandError, FAILURE, SUCCESS } from './command.ts'
import { coreOf } from './core.ts'
import { type CliIO, oneLine, print, printJson, readAll } from './io.ts'

const DEFAULT_IMAGE_MODEL = 'gpt-image'

/** Formats of an image, by the extension of its file. */
const FORMATS: ReadonlyMap<string, string> = new Map([
  ['.png', 'png'],
  ['.jpg', 'jpeg'],
  ['.jpeg', 'jpeg'],
  ['.webp', 'webp'],
])

const MAX_COUNT = 10

export const image: Command = {
  summary: 'draw an image and save it',
  argument: '"…"',
  details:
    'Draws what the text says: ai-sdk-provider-codex image "a fox" -o fox.png\n' +
    'The ending of the file is the format: png, jpg or webp. With -n, the files are\n' +
    'numbered: fox-1.png, fox-2.png … An existing file is kept: the command fails\n' +
    'before it draws, unless --overwrite is given. Without a text, reads it from\n' +
    `stdin. The model is ${DEFAULT_IMAGE_MODEL}, the newest known, unless -m names another one.`,
  options: ['output', 'size', 'quality', 'count', 'model', 'overwrite', 'json', 'plan'],
  async run({ args, values }, io) {
    const { file, format } = readOutput(values.output, io)
    const n = readCount(values.count)
    const files = Array.from({ length: n }, (_, index) => (n === 1 ? file : numbered(file, index + 1)))
    const prompt = await readPrompt(args, io)
    const model = (await coreOf(values)).imageModel(values.model ?? DEFAULT_IMAGE_MODEL)
    await assertFolder(dirname(file))
    if (!values.overwrite) for (const one of files) await assertFree(one)
    const call = toCall(prompt, { n, size: values.size, quality: values.quality, format, signal: io.signal })
    const { images } = await model.generate(call)
    const saved = await save(images, files, values.overwrite === true)
    const warnings = call.warnings.list().map(messageOfWarning)
    if (values.json) await printJson(io.stdout, { model: model.modelId, files: saved, warnings })
    else {
      for (const warning of warnings) await print(io.stderr, `Warning: ${oneLine(warning)}`)
      for (const one of saved) await print(io.stdout, one)
    }
    // As with `ask`, an answer that is not whole is a failure; what came is kept.
    return saved.length < n ? FAILURE : SUCCESS
  },
}

function readOutput(output: string | undefined, { cwd = process.cwd() }: CliIO) {
  if (output === undefined) throw new UsageError('No file given. Say where to save the image: -o fox.png.')
  const file = resolve(cwd, output)
  const format = FORMATS.get(extname(file).toLowerCase())
  if (format === undefined) {
    throw new UsageError(`The file must end in .png, .jpg or .webp, not ${basename(output)}.`)
  }
  return { file, format }
}

function readCount(count = '1'): number {
  const n = Number(count)
  if (/^\d+$/.test(count) && n >= 1 && n <= MAX_COUNT) return n
  throw new UsageError(`--count must be a number from 1 to ${MAX_COUNT}, not ${count}.`)
}

async function readPrompt(args: readonly string[], io: CliIO): Promise<string> {
  const text = args.join(' ')
  const prompt = text === '' && !io.stdin.isTTY ? await readAll(io) : text
  if (prompt.trim() === '') throw new UsageError('No text given. Say what to draw, or pipe it to stdin.')
  return prompt
}

const toCall = (
  prompt: string,
  {
    n,
    size,
    quality,
    format,
    signal,
  }: {
    n: number
    size: CommandCall['values']['size']
    quality: CommandCall['values']['quality']
    format: string
    signal: AbortSignal
  },
): CodexImageCall => ({
  warnings: createWarningCollector(),
  prompt,
  n,
  size,
  aspectRatio: undefined,
  seed: undefined,
  files: [],
  mask: undefined,
  // The backend's own format is not asked for.
  providerOptions: { codex: { quality, ...(format === 'png' ? {} : { outputFormat: format }) } },
  headers: undefined,
  signal,
})

/** `fox.png` → `fox-1.png` */
function numbered(file: string, index: number): string {
  const extension = extname(file)
  return join(dirname(file), `${basename(file, extension)}-${index}${extension}`)
}

async function assertFolder(folder: string): Promise<void> {
  const found = await stat(folder).catch(() => undefined)
  if (found?.isDirectory()) return
  throw new CommandError(`There is no folder ${folder}. Create it, or choose another one with -o.`)
}

async function assertFree(file: string): Promise<void> {
  const found = await stat(file).catch(() => undefined)
  if (found) throw isThere(file)
}

const isThere = (file: string): CommandError =>
  new CommandError(`${file} is already there. Choose another name, or add --overwrite.`)

/** Saves the images, each in one step. */
async function save(
  images: readonly CodexImage[],
  files: readonly string[],
  overwrites: boolean,
): Promise<string[]> {
  const saved: string[] = []
  for (const [index, { base64 }] of images.entries()) {
    const file = files[index]
    if (file === undefined) break
    await writeWhole(file, fromBase64(base64), overwrites)
    saved.push(file)
  }
  return saved
}

/** Writes a file beside it first: a write that fails leaves neither half an image nor a lost one. */
async function writeWhole(file: string, bytes: Uint8Array, overwrites: boolean): Promise<void> {
  const temporary = join(dirname(file), `.${basename(file)}.${crypto.randomUUID()}.tmp`)
  try {
    await writeFile(temporary, bytes, { flag: 'wx' })
    if (overwrites) await rename(temporary, file)
    else await linkOrRename(temporary, file)
  } finally {
    await rm(temporary, { force: true })
  }
}

/** A link never replaces what is there since the command began; not all file systems have links. */
async function linkOrRename(temporary: string, file: string): Promise<void> {
  try {
    await link(temporary, file)
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'EEXIST') throw isThere(file)
    await rename(temporary, file)
  }
}
