import { AISDKError, APICallError, InvalidArgumentError } from '@ai-sdk/provider'
import { CodexUsageLimitError } from '../errors.ts'
import { UsageError } from './args.ts'
import { CommandError, FAILURE, WRONG_USAGE } from './command.ts'
import { formatRelative, formatTime } from './format.ts'
import { oneLine } from './io.ts'

/** Error as the user sees it. */
interface Failure {
  exitCode: number
  /** One line. */
  message: string
  /** Further lines, for `CODEX_DEBUG`: no stack, no secret. */
  details: string[]
  /** Answer of a command with `--json`. */
  json: { error: Record<string, unknown> }
}

/** Describes an error in one line. */
export function describeFailure(error: unknown, now: number): Failure {
  const isWrongUsage = error instanceof UsageError || InvalidArgumentError.isInstance(error)
  const message = oneLine(messageOf(error, now))
  return {
    exitCode: isWrongUsage ? WRONG_USAGE : FAILURE,
    message,
    details: detailsOf(error).map(oneLine),
    json: { error: { ...factsOf(error), message } },
  }
}

/** Returns what programs need to tell errors apart. */
function factsOf(error: unknown): Record<string, unknown> {
  if (!(error instanceof Error)) return { name: 'Error' }
  return {
    name: error.name,
    ...('code' in error && typeof error.code === 'string' ? { code: error.code } : {}),
    ...(APICallError.isInstance(error) && error.statusCode !== undefined
      ? { statusCode: error.statusCode }
      : {}),
    ...(CodexUsageLimitError.isInstance(error)
      ? { planType: error.planType ?? null, resetsAt: error.resetsAt?.toISOString() ?? null }
      : {}),
  }
}

function messageOf(error: unknown, now: number): string {
  if (CodexUsageLimitError.isInstance(error)) return usageLimitMessage(error, now)
  const message = error instanceof Error ? error.message : String(error)
  return isExpected(error) ? message : `Unexpected error: ${message}`
}

/** True for errors whose message is meant for users: ours, the AI SDK's and the system's, which have a code. */
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
