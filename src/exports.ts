export type { CodexCompactOptions } from './adapters/compact-options.ts'
export type { CodexImageMetadata } from './adapters/images.ts'
export type { CodexCompactionMetadata, CodexProviderMetadata } from './adapters/metadata.ts'
export type {
  CodexToolExecution,
  CustomToolOptions,
  DeferredTool,
  ImageGenerationOptions,
  LocalShellInput,
  ToolSearchInput,
  ToolSearchOptions,
  WebSearchLocation,
  WebSearchOptions,
} from './adapters/tool-options.ts'
export * from './auth/exports.ts'
export type { ChatGPTProviderSettings, CodexProviderSettings, CodexTimeouts } from './core/settings.ts'
export { CodexUsageLimitError } from './errors.ts'
export type {
  CodexCredits,
  CodexRateLimit,
  CodexRateLimits,
  CodexRateLimitWindow,
  CodexResetCredit,
  CodexResetCredits,
} from './events/rate-limits.ts'
export type { CodexImageModelId } from './images/ids.ts'
export type { CodexImageOptions } from './images/options.ts'
export type {
  CodexLogEntry,
  CodexLogEvent,
  CodexLogFields,
  CodexLogger,
  CodexLogLevel,
} from './lib/log.ts'
export type { CodexModelInfo } from './models/catalogue-entry.ts'
export type { ReasoningEffort } from './models/efforts.ts'
export type { CodexModelId } from './models/ids.ts'
export type { CodexProviderOptions } from './request/options.ts'
