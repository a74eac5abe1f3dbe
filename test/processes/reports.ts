/** What a worker is to do. */
export interface WorkerSettings {
  name: string
  /**
   * `call`: make calls at once; `lock`: hold the lock of the login; `watch`: read the file all the time; `write`: write
   * it all the time.
   */
  work: 'call' | 'lock' | 'watch' | 'write'
  baseURL: string
  issuer: string
  authFile: string
  calls: number
}

/** What a worker tells, a line each. */
export type Report =
  | { type: 'ready' | 'locked' | 'done' }
  | { type: 'answer'; prompt: string; text: string }
  | {
      type: 'error'
      name: string
      code: string | undefined
      reason: string | undefined
      message: string
    }
  /** This refresh token is in the file now. */
  | { type: 'wrote'; refreshToken: string }
  /** So many reads so far. */
  | { type: 'reads'; reads: number }
  | { type: 'watched'; reads: number; faults: string[]; refreshTokens: string[] }

export type ReportOf<Type extends Report['type']> = Extract<Report, { type: Type }>
