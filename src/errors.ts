import { AISDKError, APICallError } from '@ai-sdk/provider'

/** The constructor arguments of {@link APICallError}, whichever version of `@ai-sdk/provider` is installed. */
export type APICallErrorOptions = ConstructorParameters<typeof APICallError>[0]

/** Why a refresh of the login failed. */
export type CodexAuthRefreshReason = 'expired' | 'reused' | 'revoked' | 'network' | 'other'

interface AuthErrorOptions {
  message: string
  cause?: unknown
}

// Symbols from the global registry are the same in every copy of this module, so `isInstance` works across them.
const markerOf = (name: string): symbol => Symbol.for(`ai-sdk-provider-codex.error.${name}`)

function mark(error: object, name: string): void {
  Object.defineProperty(error, markerOf(name), { value: true, enumerable: false })
}

function isMarked(error: unknown, name: string): boolean {
  return typeof error === 'object' && error !== null && markerOf(name) in error
}

/** The login can't be used. Base of all login errors; `code` says which one it is. */
export class CodexAuthError extends AISDKError {
  /** The name of the class and of its errors; minified code keeps it. */
  static override readonly name: string = 'CodexAuthError'
  /** Stable: to be compared, where a class can't be. Each sub-class has its own. */
  readonly code: string = 'CODEX_AUTH'

  constructor({ message, cause, name = 'CodexAuthError' }: AuthErrorOptions & { name?: string }) {
    super({ name, message, cause })
    mark(this, 'CodexAuthError')
  }

  /** True for an error of this class or a sub-class, from another entry, build or copy of the package too. */
  static override isInstance(error: unknown): error is CodexAuthError {
    return isMarked(error, 'CodexAuthError')
  }
}

/** There is no login file where we looked; the message names the path and how to log in. */
export class CodexAuthFileNotFoundError extends CodexAuthError {
  /** The name of the class and of its errors; minified code keeps it. */
  static override readonly name: string = 'CodexAuthFileNotFoundError'
  /** Stable, and no other error's. */
  override readonly code = 'CODEX_AUTH_FILE_NOT_FOUND'

  constructor(options: AuthErrorOptions) {
    super({ ...options, name: 'CodexAuthFileNotFoundError' })
    mark(this, 'CodexAuthFileNotFoundError')
  }

  /** True for an error of this class, from another entry, build or copy of the package too. */
  static override isInstance(error: unknown): error is CodexAuthFileNotFoundError {
    return isMarked(error, 'CodexAuthFileNotFoundError')
  }
}

/** The login file or a token in it can't be read or used; the message says what is wrong with it. */
export class CodexAuthTokenError extends CodexAuthError {
  /** The name of the class and of its errors; minified code keeps it. */
  static override readonly name: string = 'CodexAuthTokenError'
  /** `CODEX_AUTH_TOKEN`, or `CODEX_AUTH_TOKEN_EXPIRED` in the sub-class. */
  override readonly code: string = 'CODEX_AUTH_TOKEN'

  constructor({ name = 'CodexAuthTokenError', ...options }: AuthErrorOptions & { name?: string }) {
    super({ ...options, name })
    mark(this, 'CodexAuthTokenError')
  }

  /** True for an error of this class or its sub-class, from another entry, build or copy of the package too. */
  static override isInstance(error: unknown): error is CodexAuthTokenError {
    return isMarked(error, 'CodexAuthTokenError')
  }
}

/** The access token has expired, or was refused, and there is nothing to refresh it with. */
export class CodexAuthTokenExpiredError extends CodexAuthTokenError {
  /** The name of the class and of its errors; minified code keeps it. */
  static override readonly name: string = 'CodexAuthTokenExpiredError'
  /** Stable, and no other error's. */
  override readonly code = 'CODEX_AUTH_TOKEN_EXPIRED'

  constructor(options: AuthErrorOptions) {
    super({ ...options, name: 'CodexAuthTokenExpiredError' })
    mark(this, 'CodexAuthTokenExpiredError')
  }

  /** True for an error of this class, from another entry, build or copy of the package too. */
  static override isInstance(error: unknown): error is CodexAuthTokenExpiredError {
    return isMarked(error, 'CodexAuthTokenExpiredError')
  }
}

/** The login server did not renew the login; `reason` says why. */
export class CodexAuthRefreshError extends CodexAuthError {
  /** The name of the class and of its errors; minified code keeps it. */
  static override readonly name: string = 'CodexAuthRefreshError'
  /** Stable, and no other error's. */
  override readonly code = 'CODEX_AUTH_REFRESH'
  /** `network` may pass; with the others, the user has to log in again. */
  readonly reason: CodexAuthRefreshReason

  constructor({ reason, ...options }: AuthErrorOptions & { reason: CodexAuthRefreshReason }) {
    super({ ...options, name: 'CodexAuthRefreshError' })
    this.reason = reason
    mark(this, 'CodexAuthRefreshError')
  }

  /** True for an error of this class, from another entry, build or copy of the package too. */
  static override isInstance(error: unknown): error is CodexAuthRefreshError {
    return isMarked(error, 'CodexAuthRefreshError')
  }
}

/** Which limit of a plan is reached, as far as the backend says so. */
export interface UsageLimit {
  planType: string | undefined
  limitId: string | undefined
  window: 'primary' | 'secondary' | undefined
  windowMinutes: number | undefined
  resetsAt: Date | undefined
}

/** The plan's usage window is used up, or the plan has no Codex. Never retried. What the backend does not say is undefined. */
export class CodexUsageLimitError extends APICallError {
  /** The name of the class, in minified code too; the `name` of an error is that of `APICallError`. */
  static override readonly name: string = 'CodexUsageLimitError'
  /** Stable: to be compared, where a class can't be. */
  readonly code = 'CODEX_USAGE_LIMIT'
  /** The plan that the backend named, such as `plus`. */
  readonly planType: string | undefined
  /** The limit that was reached, where a plan has several: `codex` is that of most models. */
  readonly limitId: string | undefined
  /** The window that is used up: `primary` is the shorter one. */
  readonly window: 'primary' | 'secondary' | undefined
  /** The length of that window, in minutes. */
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

  /** True for an error of this class, from another entry, build or copy of the package too. */
  static override isInstance(error: unknown): error is CodexUsageLimitError {
    return isMarked(error, 'CodexUsageLimitError')
  }
}
