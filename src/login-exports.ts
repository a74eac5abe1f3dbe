export type { AuthFunction, AuthRequest, CodexAuth, CodexTokens, TokenStore } from './auth/tokens.ts'
export {
  CodexAuthError,
  CodexAuthFileNotFoundError,
  CodexAuthRefreshError,
  type CodexAuthRefreshReason,
  CodexAuthTokenError,
  CodexAuthTokenExpiredError,
} from './errors.ts'
