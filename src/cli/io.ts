import { createInterface } from 'node:readline'
import { onAbort, untilAborted } from '../lib/abort.ts'
import { readEnv } from '../lib/runtime.ts'

/** Streams, clock and browser of a command: those of the process, or of a test. */
export interface CliIO {
  readonly stdin: NodeJS.ReadableStream & { isTTY?: boolean | undefined }
  /** Results. */
  readonly stdout: CliOutput
  /** Progress, questions and errors. */
  readonly stderr: CliOutput
  /** Returns the current time in milliseconds since 1970. */
  readonly now: () => number
  /** Aborted by Ctrl-C. */
  readonly signal: AbortSignal
  /** Working folder. Default: that of the process. */
  readonly cwd?: string | undefined
  /** Opens a browser. Default: that of the operating system. */
  readonly openBrowser?: ((url: string) => Promise<void> | void) | undefined
}

type CliOutput = NodeJS.WritableStream & { isTTY?: boolean | undefined }

/** Writes text; resolves when it is flushed, and rejects when the reader is gone. */
export function write(stream: CliOutput, text: string): Promise<void> {
  return new Promise((resolve, reject) => {
    stream.write(text, (error) => (error ? reject(error) : resolve()))
  })
}

/** Writes one line. */
export const print = (stream: CliOutput, line = ''): Promise<void> => write(stream, `${line}\n`)

/** Writes a value as JSON, indented. */
export const printJson = (stream: CliOutput, value: unknown): Promise<void> =>
  // JSON leaves DEL and the C1 controls as they are, and a terminal obeys them.
  print(stream, JSON.stringify(value, null, 2).replace(/[\x7f-\x9f]/g, escapeCharacter))

const escapeCharacter = (character: string): string =>
  `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`

const COLORS = { red: 31, green: 32, yellow: 33, dim: 2 } as const

/** Colors the text, unless the stream is not a terminal with colors or `NO_COLOR` is set. */
export function paint(stream: CliOutput, color: keyof typeof COLORS, text: string): string {
  const isPlain = !stream.isTTY || readEnv('NO_COLOR') !== undefined || readEnv('TERM') === 'dumb'
  return isPlain ? text : `\x1b[${COLORS[color]}m${text}\x1b[0m`
}

/** Removes the control characters of foreign text, which a terminal would obey. Keeps line breaks and tabs. */
export const stripControls = (text: string): string => text.replace(/(?![\n\t])\p{Cc}/gu, '')

/** Makes foreign text one line without control characters, so that it can't pass for a line of ours. */
export const oneLine = (text: string): string =>
  stripControls(text)
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '')
    .join(' ')

/** Reads lines of stdin until one is accepted; undefined at the end of stdin. Rejects with the reason of an abort. */
export async function readLine(
  { stdin }: CliIO,
  signal: AbortSignal,
  accepts: (line: string) => boolean = () => true,
): Promise<string | undefined> {
  signal.throwIfAborted()
  // A readline terminal would swallow Ctrl-C.
  const lines = createInterface({ input: stdin, terminal: false })
  const stopListening = onAbort(signal, () => lines.close())
  try {
    const line = await new Promise<string | undefined>((resolve) => {
      lines.on('line', (line) => {
        if (accepts(line)) resolve(line)
      })
      lines.once('close', () => resolve(undefined))
    })
    signal.throwIfAborted()
    return line
  } finally {
    stopListening()
    lines.close()
  }
}

/** Reads stdin to its end. Rejects with the reason of an abort. */
export async function readAll({ stdin, signal }: CliIO): Promise<string> {
  signal.throwIfAborted()
  const chunks: Buffer[] = []
  const text = (async () => {
    for await (const chunk of stdin) chunks.push(Buffer.from(chunk))
    return Buffer.concat(chunks).toString('utf8')
  })()
  return untilAborted(text, signal)
}
