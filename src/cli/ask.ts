import type { CodexAnswer } from '../core/provider.ts'
import { REASONING_EFFORTS, type ReasoningEffort } from '../models/efforts.ts'
import type { CodexPart } from '../parts/part.ts'
import type { CodexWarning } from '../request/call.ts'
import type { WarningCollector } from '../request/warnings.ts'
import { DEFAULT_MODEL, UsageError } from './args.ts'
import { assertComplete, readParts, userCall } from './call.ts'
import { type Command, type CommandCall, CommandError, SUCCESS } from './command.ts'
import { coreOf } from './core.ts'
import { type CliIO, oneLine, paint, print, printJson, readAll, stripControls, write } from './io.ts'

export const ask: Command = {
  summary: 'ask a model and print its answer',
  argument: '"…"',
  details:
    'Without a question, reads it from stdin. Add - to append stdin to the question:\n' +
    'cat log | ai-sdk-provider-codex ask "what is wrong?" -\n' +
    'Prints the answer as it arrives on a terminal, and when it is complete\n' +
    'elsewhere. An incomplete answer is an error (exit code 1).',
  options: ['model', 'effort', 'system', 'reasoning', 'stream', 'no-stream', 'json', 'plan'],
  async run({ args, values }, io) {
    const effort = readEffort(values.effort)
    const isStreaming = readStreaming(values, io)
    const question = await readQuestion(args, io)
    const modelId = values.model ?? DEFAULT_MODEL
    const core = await coreOf(values)
    const model = core.model(modelId, effort === undefined ? {} : { reasoningEffort: effort })
    const call = userCall(question, { system: values.system, signal: io.signal })
    const answer = await model.answer(call)
    if (values.json) return printAnswerJson(answer, { modelId, warnings: call.warnings }, io)
    for (const warning of call.warnings.list()) {
      await print(io.stderr, `Warning: ${oneLine(messageOfWarning(warning))}`)
    }
    await printAnswer(answer, { isStreaming, showsReasoning: values.reasoning === true }, io)
    return SUCCESS
  },
}

function readEffort(effort: string | undefined): ReasoningEffort | undefined {
  const known = REASONING_EFFORTS.find((level) => level === effort)
  if (effort === undefined || known) return known
  throw new UsageError(`--effort must be one of ${REASONING_EFFORTS.join(', ')}, not ${effort}.`)
}

function readStreaming(values: CommandCall['values'], { stdout }: CliIO): boolean {
  if (values.stream && values['no-stream'])
    throw new UsageError("--stream can't be combined with --no-stream.")
  if (values.stream && values.json) throw new UsageError("--stream can't be combined with --json.")
  return values.stream ?? (values['no-stream'] ? false : stdout.isTTY === true)
}

async function readQuestion(args: readonly string[], io: CliIO): Promise<string> {
  const text = args.filter((arg) => arg !== '-').join(' ')
  // With a question given, stdin may be open without ever ending.
  const readsStdin = args.includes('-') || (text === '' && !io.stdin.isTTY)
  const piped = readsStdin ? await readAll(io) : ''
  const question = [text, piped].filter((part) => part.trim() !== '').join('\n\n')
  if (question === '') throw new UsageError('No question given. Add one as an argument, or pipe it to stdin.')
  return question
}

/** What a warning says. */
export const messageOfWarning = (warning: CodexWarning): string =>
  'message' in warning ? warning.message : warning.details

interface AnswerView {
  isStreaming: boolean
  showsReasoning: boolean
}

async function printAnswer(answer: CodexAnswer, view: AnswerView, io: CliIO): Promise<void> {
  const writer = createAnswerWriter(view, io)
  try {
    await readParts(answer, async (part) => {
      assertComplete(part)
      await writer.add(part)
    })
  } catch (error) {
    await writer.endLine()
    throw error
  }
  await writer.finish()
}

/** Writes text as it arrives, or collects it until the answer is complete. */
function createAnswerWriter({ isStreaming, showsReasoning }: AnswerView, io: CliIO) {
  let text = ''
  let isLineOpen = false
  let isReasoningOpen = false

  const addText = async (delta: string) => {
    // A pipe gets the model's exact text; a terminal would obey control characters in it.
    const shown = io.stdout.isTTY ? stripControls(delta) : delta
    text += shown
    if (!isStreaming || shown === '') return
    await write(io.stdout, shown)
    isLineOpen = !shown.endsWith('\n')
  }

  return {
    async add(part: CodexPart): Promise<void> {
      if (part.type === 'text-start' && text !== '') await addText('\n\n')
      if (part.type === 'text-delta') {
        if (isReasoningOpen) await write(io.stderr, '\n')
        isReasoningOpen = false
        await addText(part.delta)
      }
      if (part.type === 'reasoning-delta' && showsReasoning) {
        isReasoningOpen = true
        await write(io.stderr, paint(io.stderr, 'dim', stripControls(part.delta)))
      }
    },
    /** Ends an open line, so that an error starts on its own. */
    async endLine(): Promise<void> {
      if (isLineOpen) await write(io.stdout, '\n').catch(() => {})
    },
    async finish(): Promise<void> {
      assertText(text)
      if (!isStreaming) await write(io.stdout, text)
      if (!text.endsWith('\n')) await write(io.stdout, '\n')
    },
  }
}

/** Prints the complete answer with all keys, null for what is unknown. */
async function printAnswerJson(
  answer: CodexAnswer,
  { modelId, warnings }: { modelId: string; warnings: WarningCollector },
  io: CliIO,
): Promise<number> {
  const text: string[] = []
  const reasoning: string[] = []
  let finish: Extract<CodexPart, { type: 'finish' }> | undefined
  await readParts(answer, (part) => {
    assertComplete(part)
    if (part.type === 'text-start' && text.length > 0) text.push('\n\n')
    if (part.type === 'text-delta') text.push(part.delta)
    if (part.type === 'reasoning-start' && reasoning.length > 0) reasoning.push('\n\n')
    if (part.type === 'reasoning-delta') reasoning.push(part.delta)
    if (part.type === 'finish') finish = part
  })
  assertText(text.join(''))
  const { reason, usage, info } = finish ?? {}
  await printJson(io.stdout, {
    model: info?.model ?? modelId,
    responseId: info?.id ?? null,
    text: text.join(''),
    reasoning: reasoning.join('') || null,
    finishReason: reason ?? null,
    usage: {
      inputTokens: usage?.inputTokens ?? null,
      cachedInputTokens: usage?.cachedInputTokens ?? null,
      outputTokens: usage?.outputTokens ?? null,
      reasoningTokens: usage?.reasoningTokens ?? null,
      totalTokens: usage?.totalTokens ?? null,
    },
    warnings: warnings.list().map(messageOfWarning),
  })
  return SUCCESS
}

function assertText(text: string): void {
  if (text === '') throw new CommandError('The model returned no text.')
}
