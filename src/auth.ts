export {
  type AuthContext,
  type AuthContextOptions,
  getAccessToken,
  getAuthContext,
} from './auth/auth-context.ts'
export { decodeAccountId } from './auth/claims.ts'
export { type FileTokenStore, fileTokenStore } from './auth/file-store.ts'
export type { LoginSummary, TokenManager } from './auth/manager.ts'
export { memoryTokenStore } from './auth/memory-store.ts'
export { type RefreshOptions, refreshTokens } from './auth/refresh.ts'
export { createTokenManager, type TokenManagerSettings } from './auth/token-manager.ts'
export type { AuthFunction, AuthRequest, CodexAuth, CodexTokens, TokenStore } from './auth/tokens.ts'
export {
  CodexAuthError,
  CodexAuthFileNotFoundError,
  CodexAuthRefreshError,
  type CodexAuthRefreshReason,
  CodexAuthTokenError,
  CodexAuthTokenExpiredError,
} from './errors.ts'
