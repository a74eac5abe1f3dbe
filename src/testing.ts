export { startCodexServer } from './testing/server.ts'
export type {
  Answer,
  AuthJson,
  AuthorizeAnswer,
  CatalogueModel,
  CodexServer,
  CodexServerOptions,
  HttpAnswer,
  JsonObject,
  LoginOptions,
  RecordedRequest,
  StreamShape,
  TokenAnswer,
  ToolCallAnswer,
} from './testing/types.ts'
