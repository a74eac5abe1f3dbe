import { CodexAuthError } from '../../errors.ts'
import { sleep } from '../../lib/abort.ts'

const TRIES = 10
const FIRST_WAIT_MS = 5
const MAX_WAIT_MS = 100

/** The code of a file system error, such as `ENOENT`. */
export function errorCode(error: unknown): string | undefined {
  return error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : undefined
}

/** True where a file may be let go of soon: Windows refuses to replace or delete one that a scanner has open. */
export const isTransient = (error: unknown): boolean =>
  ['EPERM', 'EBUSY', 'EACCES'].includes(errorCode(error) ?? '')

/** Runs again, after short waits (0.6 s in all), what fails for a passing reason. */
export async function retryTransient<T>(run: () => Promise<T>): Promise<T> {
  for (let tries = 1, wait = FIRST_WAIT_MS; ; tries++, wait = Math.min(wait * 2, MAX_WAIT_MS)) {
    try {
      return await run()
    } catch (error) {
      if (tries === TRIES || !isTransient(error)) throw error
      await sleep(wait)
    }
  }
}

/** True where the error says that nothing is there. */
export const isAbsent = (error: unknown): boolean => ['ENOENT', 'ENOTDIR'].includes(errorCode(error) ?? '')

/** The error of a file that can't be had; other errors, such as the signal's reason, as they are. */
export function asFileError(cause: unknown, fault: string): unknown {
  const code = errorCode(cause)
  if (code === undefined || CodexAuthError.isInstance(cause)) return cause
  return new CodexAuthError({
    message: `${fault} (${code}). Name another file by the \`authFile\` setting or CODEX_AUTH_FILE.`,
    cause,
  })
}
