import { CodexAuthError } from '../../errors.ts'
import { sleep } from '../../lib/abort.ts'

const TRIES = 10
const FIRST_WAIT_MS = 5
const MAX_WAIT_MS = 100

/** Returns the code of a file system error, such as `ENOENT`. */
export function errorCode(error: unknown): string | undefined {
  return error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : undefined
}

/** True for an error that may pass soon: Windows refuses to replace or delete a file that a scanner has open. */
export const isTransient = (error: unknown): boolean =>
  ['EPERM', 'EBUSY', 'EACCES'].includes(errorCode(error) ?? '')

/** Retries an operation that fails with a transient error, with short waits of 0.6 s in total. */
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

/** True if the file or its folder does not exist. */
export const isAbsent = (error: unknown): boolean => ['ENOENT', 'ENOTDIR'].includes(errorCode(error) ?? '')

/** Turns a file system error into a `CodexAuthError`. Other errors, such as a signal's reason, stay as they are. */
export function asFileError(cause: unknown, fault: string, variable = 'CODEX_AUTH_FILE'): unknown {
  const code = errorCode(cause)
  if (code === undefined || CodexAuthError.isInstance(cause)) return cause
  return new CodexAuthError({
    message: `${fault} (${code}). Point \`authFile\` or ${variable} to another file.`,
    cause,
  })
}
