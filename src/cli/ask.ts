import { type CodexAnswer, createCore } from '../core/provider.ts'
import { REASONING_EFFORTS, type ReasoningEffort } from '../models/efforts.ts'
import type { CodexPart } from '../parts/part.ts'
import type { CodexCall, CodexMessage, CodexWarning } from '../request/call.ts'
import { createWarningCollector } from '../request/warnings.ts'
import { UsageError } from './args.ts'
import { type Command, type CommandCall, CommandError, DONE } from './command.ts'
import { type CliIO, paint, print, readAll, withoutControls, write } from './io.ts'

const DEFAULT_MODEL = 'gpt-6.1-sol'

export const ask: Command = {
  about: 'ask a model, and write its answer to stdout',
  words: '"…"',
  details:
    'Without a question, the text that is piped in is it. - puts that text after the\n' +
    'question: cat log | ai-sdk-provider-codex ask "what is wrong?" -\n' +
    'On a terminal the answer is written as it comes, elsewhere when it is whole.\n' +
    'An answer that breaks off is an error (exit code 1).',
  options: ['model', 'effort', 'system', 'reasoning', 'stream', 'no-stream'],
  async run({ words, values }, io) {
    const effort = readEffort(values.effort)
    const isStreaming = readStreaming(values, io)
    const question = await readQuestion(words, io)
    const model = createCore({ authFile: values['auth-file'] }).model(
      values.model ?? DEFAULT_MODEL,
      effort === undefined ? {} : { reasoningEffort: effort },
    )
    const call = toCall(question, values.system, io.signal)
    const answer = await model.answer(call)
    for (const warning of call.warnings.list()) await tellWarning(warning, io)
    await writeAnswer(answer, { isStreaming, hasReasoning: values.reasoning === true }, io)
    return DONE
  },
}

function readEffort(effort: string | undefined): ReasoningEffort | undefined {
  const known = REASONING_EFFORTS.find((level) => level === effort)
  if (effort === undefined || known) return known
  throw new UsageError(`--effort must be one of ${REASONING_EFFORTS.join(', ')}, not ${effort}.`)
}

function readStreaming(values: CommandCall['values'], { stdout }: CliIO): boolean {
  if (values.stream && values['no-stream']) throw new UsageError('--stream or --no-stream, not both.')
  return values.stream ?? (values['no-stream'] ? false : stdout.isTTY === true)
}

async function readQuestion(words: readonly string[], io: CliIO): Promise<string> {
  const text = words.filter((word) => word !== '-').join(' ')
  // Who has given a question may have left a stdin open that never ends.
  const isRead = words.includes('-') || (text === '' && !io.stdin.isTTY)
  const piped = isRead ? await readAll(io) : ''
  const question = [text, piped].filter((part) => part.trim() !== '').join('\n\n')
  if (question === '') throw new UsageError('There is nothing to ask. Give a question, or pipe one in.')
  return question
}

function toCall(question: string, system: string | undefined, signal: AbortSignal): CodexCall {
  const messages: CodexMessage[] = [
    ...(system === undefined ? [] : [{ role: 'system', text: system } as const]),
    { role: 'user', content: [{ type: 'text', text: question }] },
  ]
  return {
    warnings: createWarningCollector(),
    messages,
    tools: [],
    toolChoice: { type: 'auto' },
    output: { type: 'text' },
    unsupportedSettings: [],
    providerOptions: undefined,
    headers: undefined,
    signal,
  }
}

const tellWarning = (warning: CodexWarning, { stderr }: CliIO): Promise<void> =>
  print(stderr, `Warning: ${withoutControls('message' in warning ? warning.message : warning.details)}`)

interface AnswerView {
  isStreaming: boolean
  hasReasoning: boolean
}

/** Writes the answer; throws where it is none, or not whole. */
async function writeAnswer(answer: CodexAnswer, view: AnswerView, io: CliIO): Promise<void> {
  const sheet = createSheet(view, io)
  try {
    for (let parts = await answer.next(); parts !== undefined; parts = await answer.next()) {
      for (const part of parts) {
        if (part.type === 'failure') throw answer.errorOf(part.failure)
        assertWhole(part)
        await sheet.add(part)
      }
    }
  } catch (error) {
    await answer.cancel(error).catch(() => {})
    await sheet.breakOff()
    throw error
  }
  await sheet.finish()
}

/** An answer that the backend ended before its time is no answer. */
function assertWhole(part: CodexPart): void {
  if (part.type !== 'finish' || part.reason === 'stop' || part.reason === 'other') return
  const why = part.reason === 'length' ? 'it became too long' : (part.rawReason ?? part.reason)
  throw new CommandError(`The answer is not whole: ${why}.`)
}

/** Where an answer is put together, or written as it comes. */
function createSheet({ isStreaming, hasReasoning }: AnswerView, io: CliIO) {
  let text = ''
  let isLineOpen = false
  let hasThought = false

  const addText = async (delta: string) => {
    // A pipe gets the bytes of the model, a terminal nothing that steers it.
    const shown = io.stdout.isTTY ? withoutControls(delta) : delta
    text += shown
    if (!isStreaming || shown === '') return
    await write(io.stdout, shown)
    isLineOpen = !shown.endsWith('\n')
  }

  return {
    async add(part: CodexPart): Promise<void> {
      if (part.type === 'text-start' && text !== '') await addText('\n\n')
      if (part.type === 'text-delta') {
        if (hasThought) await write(io.stderr, '\n')
        hasThought = false
        await addText(part.delta)
      }
      if (part.type === 'reasoning-delta' && hasReasoning) {
        hasThought = true
        await write(io.stderr, paint(io.stderr, 'dim', withoutControls(part.delta)))
      }
    },
    /** So that an error begins on a line of its own. */
    async breakOff(): Promise<void> {
      if (isLineOpen) await write(io.stdout, '\n').catch(() => {})
    },
    async finish(): Promise<void> {
      if (text === '') throw new CommandError('The model gave no text.')
      if (!isStreaming) await write(io.stdout, text)
      if (!text.endsWith('\n')) await write(io.stdout, '\n')
    },
  }
}
