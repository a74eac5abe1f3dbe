import { createInterface } from 'node:readline'
import { onAbort, untilAborted } from '../lib/abort.ts'
import { readEnv } from '../lib/runtime.ts'

/** The outside world of a command: the process's own, or a test's. */
export interface CliIO {
  readonly stdin: NodeJS.ReadableStream & { isTTY?: boolean | undefined }
  /** Results. */
  readonly stdout: CliOutput
  /** Talk, questions and errors. */
  readonly stderr: CliOutput
  /** Milliseconds since 1970. */
  readonly now: () => number
  /** Aborted by Ctrl-C. */
  readonly signal: AbortSignal
  /** Opens a browser. Default: the system's. */
  readonly openBrowser?: ((url: string) => Promise<void> | void) | undefined
}

type CliOutput = NodeJS.WritableStream & { isTTY?: boolean | undefined }

/** Writes text; settles when it is out, and rejects where the reader has gone. */
export function write(stream: CliOutput, text: string): Promise<void> {
  return new Promise((resolve, reject) => {
    stream.write(text, (error) => (error ? reject(error) : resolve()))
  })
}

/** Writes one line. */
export const print = (stream: CliOutput, line = ''): Promise<void> => write(stream, `${line}\n`)

const COLORS = { red: 31, green: 32, yellow: 33, dim: 2 } as const

/** The text in a colour, where the stream is a terminal that has some and `NO_COLOR` is not set. */
export function paint(stream: CliOutput, color: keyof typeof COLORS, text: string): string {
  const isPlain = !stream.isTTY || readEnv('NO_COLOR') !== undefined || readEnv('TERM') === 'dumb'
  return isPlain ? text : `\x1b[${COLORS[color]}m${text}\x1b[0m`
}

/** Text of others without the characters that steer a terminal; line breaks and tabs stay. */
export const withoutControls = (text: string): string => text.replace(/(?![\n\t])\p{Cc}/gu, '')

/** The next line of stdin that is wanted; undefined where stdin ends. Rejects with the reason of an abort. */
export async function readLine(
  { stdin }: CliIO,
  signal: AbortSignal,
  isWanted: (line: string) => boolean = () => true,
): Promise<string | undefined> {
  signal.throwIfAborted()
  // Not as a terminal: that would swallow Ctrl-C.
  const lines = createInterface({ input: stdin, terminal: false })
  const stopListening = onAbort(signal, () => lines.close())
  try {
    const line = await new Promise<string | undefined>((resolve) => {
      lines.on('line', (line) => {
        if (isWanted(line)) resolve(line)
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

/** All of stdin as text. Rejects with the reason of an abort. */
export async function readAll({ stdin, signal }: CliIO): Promise<string> {
  signal.throwIfAborted()
  const chunks: Buffer[] = []
  const text = (async () => {
    for await (const chunk of stdin) chunks.push(Buffer.from(chunk))
    return Buffer.concat(chunks).toString('utf8')
  })()
  return untilAborted(text, signal)
}
