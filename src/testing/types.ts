/** A JSON object as it travels. */
export type JsonObject = { [key: string]: unknown }

/** A function call that the stand-in makes. */
export interface ToolCallAnswer {
  /** The tool's name, as the request has it. */
  name: string
  /** An object is sent as JSON text; a string is sent as it is, so that broken JSON can be played too. */
  arguments: JsonObject | string
  /** Default: a fresh `call_…` id. */
  callId?: string
  /** Sent as the item's `namespace`. */
  namespace?: string
  /** Makes it a `custom_tool_call`, whose input is free text. Default false. */
  custom?: boolean
  /** Makes it a `tool_search_call` with these arguments, for the client to run; `name` means nothing. Default false. */
  toolSearch?: boolean
}

/** How the bytes of a stream are cut, paced and ended. */
export interface StreamShape {
  /** The HTTP status. Default 200. */
  status?: number
  /** Added to the backend's usual ones; one whose value is the empty string is left out. */
  headers?: Record<string, string>
  /** Line ends of the stream. Default `\n`. */
  eol?: '\n' | '\r\n' | '\r'
  /** `event`: one network chunk an event (default); a number: that many bytes a chunk; `whole`: one chunk. */
  chunk?: 'event' | 'whole' | number
  /** `event:` lines before the `data:` lines. Default true. */
  eventLines?: boolean
  /** Only so many of the events are sent, from the first on. Default: all. */
  stopAfter?: number
  /**
   * What happens after the last chunk: `close` ends the body (default), `reset` destroys the socket,
   * `hang` keeps it open and silent.
   */
  end?: 'close' | 'reset' | 'hang'
}

/** An answer on the level of HTTP, to any request. A header whose value is the empty string is not sent. */
export type HttpAnswer =
  /** These bytes, untouched, by default with status 200; an async iterable gives the caller the pace. */
  | {
      type: 'raw'
      status?: number
      headers?: Record<string, string>
      chunks: Iterable<string | Uint8Array> | AsyncIterable<string | Uint8Array>
      end?: 'close' | 'reset' | 'hang'
    }
  /** An HTTP error; an object is sent as JSON, a string as it is. */
  | { type: 'error'; status: number; body: JsonObject | string; headers?: Record<string, string> }
  /** The socket is destroyed before any byte of the answer. */
  | { type: 'reset' }
  /** A WebSocket is closed with this code in place of an answer; over HTTP it is a `reset`. */
  | { type: 'close'; code: number; reason?: string }
  /** The request is taken and never answered. */
  | { type: 'hang' }

/** What the stand-in answers to one `POST …/responses`. */
export type Answer =
  /** A message, after a summary of `reasoning` where there is some. Default `phase`: `final_answer`. */
  | ({ type: 'text'; text: string; reasoning?: string; phase?: string } & StreamShape)
  /** Calls of tools, after the reasoning and the text where there are any. */
  | ({ type: 'tool-calls'; calls: ToolCallAnswer[]; text?: string; reasoning?: string } & StreamShape)
  /** These events, each framed as one SSE message. */
  | ({ type: 'events'; events: readonly JsonObject[] } & StreamShape)
  | HttpAnswer

/** What the stand-in answers to one `POST …/oauth/token`; `ok` may leave out members. */
export type TokenAnswer =
  | {
      type: 'ok'
      omit?: ReadonlyArray<
        'access_token' | 'refresh_token' | 'id_token' | 'expires_in' | 'scope' | 'earliest_refresh_at'
      >
      /** Scopes of the answer, on the ChatGPT route. Default: those that the app asked for. */
      scope?: string
      /** Changes to the claims of the id token, on the ChatGPT route; undefined removes one. */
      idClaims?: JsonObject
      /** Signs the id token with a key that is not published, on the ChatGPT route. Default false. */
      isForged?: boolean
    }
  | HttpAnswer

/** How the stand-in answers to one `GET /api/accounts/authorize` of the ChatGPT route. */
export interface AuthorizeAnswer {
  /** Changes to the query of the redirect, such as `{ error: 'access_denied', code: undefined }`; undefined removes one. */
  query?: Readonly<Record<string, string | undefined>>
  /** The user who signs in. Default: one of the server's own. */
  login?: LoginOptions
}

/** Answer to the opening of a WebSocket, in place of the upgrade. */
export type UpgradeAnswer = Extract<HttpAnswer, { type: 'error' | 'reset' | 'hang' }>

/** A WebSocket that was asked for. */
export interface RecordedSocket {
  /** Headers of the opening, with lower-case names. */
  readonly headers: Record<string, string>
  /** Status that was answered: 101 where the socket was opened. */
  readonly status: number | undefined
  /** Id of the rule that refused the opening, or undefined. */
  readonly refusedBy: string | undefined
  /** Messages of the client as they came, oldest first; undefined for one that is not a JSON object. */
  readonly messages: ReadonlyArray<JsonObject | undefined>
  /** Bytes of these messages, uncompressed. */
  readonly bytes: number
  /** Settles with the close code; 1006 where the connection was cut. */
  readonly closed: Promise<number>
}

/** One request that the stand-in got. */
export interface RecordedRequest {
  /** `websocket`: a message of a WebSocket, recorded as the HTTP request that it stands for. */
  transport: 'http' | 'websocket'
  /** In upper case. */
  method: string
  /** Path with query. */
  path: string
  /** Lower-case names. */
  headers: Record<string, string>
  /** The body as text, decoded where it was sent with zstd and this runtime has it (Node 22.15). */
  text: string
  /** The body as JSON, or undefined where it is none; of a WebSocket message, with the whole input. */
  json: JsonObject | undefined
  /** The status that was answered, once it is. */
  status: number | undefined
  /** The id of the rule that refused this request (see `refusals.ts`), or undefined. */
  refusedBy: string | undefined
  /** Settles when the connection of this request has closed or the answer has been sent whole. */
  closed: Promise<'finished' | 'aborted'>
}

/** The claims and fields of a login that the stand-in issues. */
export interface LoginOptions {
  /** Default: one of the server's own. */
  accountId?: string
  /** Default: `plus`. */
  planType?: string
  /** Default: one of the server's own. */
  email?: string
  /** Seconds until the access token's `exp`; negative for one that has expired. Default 10 days; 1 hour on the ChatGPT route. */
  expiresInSeconds?: number
  /** Further claims under `https://api.openai.com/auth` in both tokens. */
  authClaims?: JsonObject
  /** Client id of the app, on the ChatGPT route. Default: a fresh one. */
  clientId?: string
  /** Scopes that the user granted, on the ChatGPT route. Default: all six. */
  scope?: string
}

/** The content of an `auth.json`, as the Codex CLI writes it. */
export interface AuthJson {
  /** `chatgpt`: a login, and no API key. */
  auth_mode: string
  /** Null where the file holds a login. */
  OPENAI_API_KEY: null
  /** Two JWTs, the secret that renews them, and the workspace to bill. */
  tokens: { id_token: string; access_token: string; refresh_token: string; account_id: string }
  /** What a token answer of the ChatGPT route says besides; absent on the Codex route. */
  grant?: {
    /** Issued id of the app. */
    client_id: string
    /** Scopes that the user granted, joined by spaces. */
    scope: string
    /** Seconds until the end of the access token. */
    expires_in: number
    /** Seconds since 1970; an earlier refresh is refused, and spends the refresh token. */
    earliest_refresh_at: number
  }
  /** When the tokens were issued, in ISO form. */
  last_refresh: string
}

/** One model of the stand-in's catalogue, with at least these fields. */
export interface CatalogueModel extends JsonObject {
  /** The model's id. */
  slug: string
  /** True: it takes the lite shape only; false: the classic one only. */
  use_responses_lite: boolean
}

/** Settings of {@link startCodexServer}. All optional. */
export interface CodexServerOptions {
  /**
   * Way to the models to play: the Codex backend, or the one of "Sign in with ChatGPT" (`createChatGPT`). Default `codex`.
   */
  route?: 'codex' | 'chatgpt'
  /** Catalogue behind `GET …/models`. Default: today's models. */
  models?: readonly CatalogueModel[]
  /**
   * More model ids to accept as they are. An id that is one typo away from a known one is refused in the backend's
   * words, unless it is listed here. Default: none.
   */
  modelIds?: readonly string[]
  /** Tokens, of 4 characters each, beyond which a request fails with `context_length_exceeded`. Default: none. */
  contextWindow?: number
  /** Serve TLS with this key and certificate (PEM). */
  tls?: { key: string; cert: string }
  /** Milliseconds since 1970; decides which tokens have expired. Default `Date.now`. */
  now?: () => number
  /** Speak WebSocket at `…/responses`; needs the package `ws`. False answers the upgrade with 426. Default true. */
  webSocket?: boolean
  /** Seconds between two polls of the device login. Default 1. */
  deviceInterval?: number
}

/** A real HTTP server on loopback that plays the Codex backend and the login server. */
export interface CodexServer {
  /** `http://127.0.0.1:<port>` */
  readonly url: string
  /** For `createCodex({ baseURL })`, or `createChatGPT({ baseURL })`. */
  readonly baseURL: string
  /** For `createCodex({ issuer })`, or `createChatGPT({ issuer })`. */
  readonly issuer: string
  /** All requests so far, oldest first. */
  readonly requests: readonly RecordedRequest[]
  /** The requests to `…/responses`, oldest first. */
  readonly responseRequests: readonly RecordedRequest[]
  /** The requests to `…/oauth/token`, oldest first. */
  readonly tokenRequests: readonly RecordedRequest[]
  /** Settles with the next request to a path that ends so. */
  nextRequest(pathEnd: string): Promise<RecordedRequest>
  /** Puts answers in line for the next `POST …/responses`; with none in line it acts like a small model. */
  answer(...answers: Answer[]): void
  /**
   * Puts answers in line for the next `POST …/oauth/token`; with none in line it rotates the tokens. The form of the
   * grant is checked first; the token itself only for `ok`.
   */
  answerToken(...answers: TokenAnswer[]): void
  /** Changes how the next users sign in on the ChatGPT route; with nothing in line they agree at once. */
  answerAuthorize(...answers: AuthorizeAnswer[]): void
  /** Puts answers in line for the next requests to any other path that ends so, such as `/models`; nothing is checked first. */
  answerPath(pathEnd: string, ...answers: HttpAnswer[]): void
  /** The WebSockets that were asked for, oldest first. */
  readonly sockets: readonly RecordedSocket[]
  /** Puts answers in line for the next openings of a WebSocket. */
  answerUpgrade(...answers: UpgradeAnswer[]): void
  /** Closes all open WebSockets with this code. Default 1001, as a server that goes away. */
  closeSockets(code?: number): void
  /** Issues a login whose tokens this server takes. */
  login(options?: LoginOptions): AuthJson
  /** Issues a personal access token (`at-…`), whose account the server names to who asks with it. */
  personalAccessToken(options?: LoginOptions): string
  /** From now on this access token gets 401, as one that was revoked. */
  revokeAccessToken(accessToken: string): void
  /** Plays the person who types the code of a device login into the browser; throws for a code that was not issued. */
  approveDevice(userCode: string, login?: LoginOptions): void
  /** Forgets requests, answers in line, and issued logins. */
  reset(): void
  /** Stops the server and destroys open connections. */
  close(): Promise<void>
}
