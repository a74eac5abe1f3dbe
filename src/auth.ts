export {
  type AuthContext,
  type AuthContextOptions,
  getAccessToken,
  getAuthContext,
} from './auth/auth-context.ts'
export type { ChatGPTClient } from './auth/chatgpt/document.ts'
export { type ChatGPTLoginOptions, type ChatGPTLoginResult, loginWithChatGPT } from './auth/chatgpt/login.ts'
export { type ChatGPTLogoutOptions, type ChatGPTLogoutResult, logoutChatGPT } from './auth/chatgpt/logout.ts'
export { type ChatGPTTokenStore, chatGPTTokenStore } from './auth/chatgpt/store.ts'
export { CHATGPT_PLAN_TEXTS } from './auth/chatgpt/words.ts'
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
