import { AISDKError, APICallError, InvalidArgumentError } from '@ai-sdk/provider'
import { CodexUsageLimitError } from '../errors.ts'
import { UsageError } from './args.ts'
import { CommandError, FAILED, WRONG_USE } from './command.ts'
import { formatRelative, formatTime } from './format.ts'
import { withoutControls } from './io.ts'

/** An error as the user is told it. */
interface Failure {
  exitCode: number
  /** One line. */
  message: string
  /** More lines, for `CODEX_DEBUG`: no stack, no secret. */
  details: string[]
}

/** Says an error in one line. */
export function describeFailure(error: unknown, now: number): Failure {
  const isWrongUse = error instanceof UsageError || InvalidArgumentError.isInstance(error)
  return {
    exitCode: isWrongUse ? WRONG_USE : FAILED,
    message: oneLine(messageOf(error, now)),
    details: detailsOf(error).map(oneLine),
  }
}

const oneLine = (text: string): string =>
  withoutControls(text)
    .replace(/\s*\n\s*/g, ' ')
    .trim()

function messageOf(error: unknown, now: number): string {
  if (CodexUsageLimitError.isInstance(error)) return usageLimitMessage(error, now)
  const words = error instanceof Error ? error.message : String(error)
  return isExpected(error) ? words : `Unexpected failure: ${words}`
}

/** Errors whose words are meant for people: ours, the AI SDK's, and the system's (they have a code). */
const isExpected = (error: unknown): boolean =>
  error instanceof UsageError ||
  error instanceof CommandError ||
  AISDKError.isInstance(error) ||
  (error instanceof Error && 'code' in error)

function usageLimitMessage({ planType, resetsAt, message }: CodexUsageLimitError, now: number): string {
  if (resetsAt === undefined) return message
  const plan = planType === undefined ? 'your plan' : `your plan (${planType})`
  return `The usage limit of ${plan} is reached. It resets ${formatRelative(resetsAt.getTime(), now)} (${formatTime(resetsAt)}).`
}

function detailsOf(error: unknown): string[] {
  if (!(error instanceof Error)) return []
  const lines = [`error: ${error.name}${'code' in error ? ` (${String(error.code)})` : ''}`]
  if (APICallError.isInstance(error)) {
    const status = error.statusCode === undefined ? '' : ` answered ${error.statusCode}`
    lines.push(`request: ${error.url}${status}`)
    const id = error.responseHeaders?.['x-request-id'] ?? error.responseHeaders?.['cf-ray']
    if (id) lines.push(`request id: ${id}`)
  }
  if (error.cause instanceof Error) lines.push(`cause: ${error.cause.name}: ${error.cause.message}`)
  return lines
}
