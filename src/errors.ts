import { AISDKError, APICallError } from '@ai-sdk/provider'

/** Constructor arguments of {@link APICallError}, whichever version of `@ai-sdk/provider` is installed. */
export type APICallErrorOptions = ConstructorParameters<typeof APICallError>[0]

/** Reason why a refresh of the login failed. */
export type CodexAuthRefreshReason = 'expired' | 'reused' | 'revoked' | 'network' | 'other'

interface AuthErrorOptions {
  message: string
  cause?: unknown
}

// Symbols from the global registry are the same in every copy of this module, so `isInstance` works across them.
const markerOf = (name: string): symbol => Symbol.for(`ai-sdk-provider-codex.error.${name}`)

function mark(error: object, name: string): void {
  Object.defineProperty(error, markerOf(name), { value: true })
}

function isMarked(error: unknown, name: string): boolean {
  return typeof error === 'object' && error !== null && markerOf(name) in error
}

/** Error of a login that can't be used. Base class of all login errors; `code` tells them apart. */
export class CodexAuthError extends AISDKError {
  /** Name of the class and of its errors, also in minified code. */
  static override readonly name: string = 'CodexAuthError'
  /** Stable code, for comparisons without the class. Each subclass has its own. */
  readonly code: string = 'CODEX_AUTH'

  constructor({ message, cause, name = 'CodexAuthError' }: AuthErrorOptions & { name?: string }) {
    super({ name, message, cause })
    mark(this, 'CodexAuthError')
  }

  /** Returns true for an error of this class or a subclass, also from another entry, build or copy of the package. */
  static override isInstance(error: unknown): error is CodexAuthError {
    return isMarked(error, 'CodexAuthError')
  }
}

/** Error of a missing login file; the message names the path and says how to log in. */
export class CodexAuthFileNotFoundError extends CodexAuthError {
  /** Name of the class and of its errors, also in minified code. */
  static override readonly name: string = 'CodexAuthFileNotFoundError'
  /** Stable code of this class. */
  override readonly code = 'CODEX_AUTH_FILE_NOT_FOUND'

  constructor(options: AuthErrorOptions) {
    super({ ...options, name: 'CodexAuthFileNotFoundError' })
    mark(this, 'CodexAuthFileNotFoundError')
  }

  /** Returns true for an error of this class, also from another entry, build or copy of the package. */
  static override isInstance(error: unknown): error is CodexAuthFileNotFoundError {
    return isMarked(error, 'CodexAuthFileNotFoundError')
  }
}

/** Error of a login file, or of a token in it, that can't be read or used; the message says why. */
export class CodexAuthTokenError extends CodexAuthError {
  /** Name of the class and of its errors, also in minified code. */
  static override readonly name: string = 'CodexAuthTokenError'
  /** Stable code: `CODEX_AUTH_TOKEN`, or `CODEX_AUTH_TOKEN_EXPIRED` in the subclass. */
  override readonly code: string = 'CODEX_AUTH_TOKEN'

  constructor({ name = 'CodexAuthTokenError', ...options }: AuthErrorOptions & { name?: string }) {
    super({ ...options, name })
    mark(this, 'CodexAuthTokenError')
  }

  /** Returns true for an error of this class or its subclass, also from another entry, build or copy of the package. */
  static override isInstance(error: unknown): error is CodexAuthTokenError {
    return isMarked(error, 'CodexAuthTokenError')
  }
}

/** Error of an access token that has expired or was refused, and can't be refreshed. */
export class CodexAuthTokenExpiredError extends CodexAuthTokenError {
  /** Name of the class and of its errors, also in minified code. */
  static override readonly name: string = 'CodexAuthTokenExpiredError'
  /** Stable code of this class. */
  override readonly code = 'CODEX_AUTH_TOKEN_EXPIRED'

  constructor(options: AuthErrorOptions) {
    super({ ...options, name: 'CodexAuthTokenExpiredError' })
    mark(this, 'CodexAuthTokenExpiredError')
  }

  /** Returns true for an error of this class, also from another entry, build or copy of the package. */
  static override isInstance(error: unknown): error is CodexAuthTokenExpiredError {
    return isMarked(error, 'CodexAuthTokenExpiredError')
  }
}

/** Error of a refresh that failed; `reason` says why. */
export class CodexAuthRefreshError extends CodexAuthError {
  /** Name of the class and of its errors, also in minified code. */
  static override readonly name: string = 'CodexAuthRefreshError'
  /** Stable code of this class. */
  override readonly code = 'CODEX_AUTH_REFRESH'
  /** `network` is temporary; after any other reason the user has to log in again. */
  readonly reason: CodexAuthRefreshReason

  constructor({ reason, ...options }: AuthErrorOptions & { reason: CodexAuthRefreshReason }) {
    super({ ...options, name: 'CodexAuthRefreshError' })
    this.reason = reason
    mark(this, 'CodexAuthRefreshError')
  }

  /** Returns true for an error of this class, also from another entry, build or copy of the package. */
  static override isInstance(error: unknown): error is CodexAuthRefreshError {
    return isMarked(error, 'CodexAuthRefreshError')
  }
}

/** Limit of a plan that is reached, as far as the backend reports it. */
export interface UsageLimit {
  planType: string | undefined
  limitId: string | undefined
  window: 'primary' | 'secondary' | undefined
  windowMinutes: number | undefined
  resetsAt: Date | undefined
}

/**
 * Error of a plan whose usage window is used up, or that does not include Codex. The AI SDK does not retry it. Fields that
 * the backend does not report are undefined.
 */
export class CodexUsageLimitError extends APICallError {
  /** Name of the class, also in minified code; the `name` of an error is that of `APICallError`. */
  static override readonly name: string = 'CodexUsageLimitError'
  /** Stable code, for comparisons without the class. */
  readonly code = 'CODEX_USAGE_LIMIT'
  /** Name of the plan, such as `plus`. */
  readonly planType: string | undefined
  /** Id of the limit that is reached, where a plan has several: `codex` is that of most models. */
  readonly limitId: string | undefined
  /** Window that is used up: `primary` is the shorter one. */
  readonly window: 'primary' | 'secondary' | undefined
  /** Length of that window, in minutes. */
  readonly windowMinutes: number | undefined
  /** When the window opens again. */
  readonly resetsAt: Date | undefined

  constructor({
    planType,
    limitId,
    window,
    windowMinutes,
    resetsAt,
    ...options
  }: APICallErrorOptions & UsageLimit) {
    super({ ...options, isRetryable: false })
    this.planType = planType
    this.limitId = limitId
    this.window = window
    this.windowMinutes = windowMinutes
    this.resetsAt = resetsAt
    mark(this, 'CodexUsageLimitError')
  }

  /** Returns true for an error of this class, also from another entry, build or copy of the package. */
  static override isInstance(error: unknown): error is CodexUsageLimitError {
    return isMarked(error, 'CodexUsageLimitError')
  }
}
