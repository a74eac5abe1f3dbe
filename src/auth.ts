export {
  type AuthContext,
  type AuthContextOptions,
  getAccessToken,
  getAuthContext,
} from './auth/auth-context.ts'
export { decodeAccountId } from './auth/claims.ts'
export { createTokenManager, type TokenManagerSettings } from './auth/create-token-manager.ts'
export * from './auth/exports.ts'
export { type FileTokenStore, fileTokenStore } from './auth/file/store.ts'
export { type BrowserLoginOptions, loginWithBrowser } from './auth/login/browser.ts'
export { type DeviceCode, type DeviceLoginOptions, loginWithDeviceCode } from './auth/login/device.ts'
export { type LogoutOptions, type LogoutResult, logout } from './auth/login/logout.ts'
export type { LoginOptions, LoginResult } from './auth/login/options.ts'
export { type ExistingLogin, existingLogin } from './auth/login/save.ts'
export { memoryTokenStore } from './auth/memory-store.ts'
export { type RefreshOptions, refreshTokens } from './auth/refresh.ts'
export type { LoginSummary, TokenManager } from './auth/token-manager.ts'
