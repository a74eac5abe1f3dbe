export {
  CodexAuthError,
  CodexAuthFileNotFoundError,
  CodexAuthRefreshError,
  type CodexAuthRefreshReason,
  CodexAuthTokenError,
  CodexAuthTokenExpiredError,
} from '../errors.ts'
export type { AuthFunction, AuthRequest, CodexAuth, CodexTokens, TokenStore } from './tokens.ts'
