import { withinLimit } from '../lib/abort.ts'
import { discardBody, sendHttp } from '../lib/http.ts'
import { parseObject } from '../lib/json.ts'
import { readText } from '../lib/read-body.ts'
import { VERSION } from '../version.ts'

/** The addresses of GitHub, without a slash at the end. */
export interface GitHubBases {
  readonly api: string
  readonly web: string
  readonly raw: string
}

/** Access to GitHub. */
export interface GitHub {
  readonly fetch: typeof globalThis.fetch
  readonly bases: GitHubBases
  /** Limit for each way to the newest release, in milliseconds. */
  readonly lookupMs: number
}

/** The public GitHub. */
export const GITHUB_BASES: GitHubBases = {
  api: 'https://api.github.com',
  web: 'https://github.com',
  raw: 'https://raw.githubusercontent.com',
}

/** A prompt file with its origin. */
export interface PromptFile {
  /** Its name in `codex-rs/core`. */
  readonly file: string
  readonly tag: string
  readonly url: string
  readonly etag?: string | undefined
  readonly text: string
}

/** In characters; the longest prompt file has about a fiftieth of it. */
export const MAX_PROMPT_LENGTH = 1_048_576

/** In characters: a release lists its notes and all its files. */
const MAX_RELEASE_LENGTH = 10_000_000

/** True for Markdown: neither blank nor too long, nor a web page (an error, a login of the local network). */
export const isPromptText = (text: string): boolean =>
  text.trim() !== '' && text.length <= MAX_PROMPT_LENGTH && !/^\s*<(?:!doctype|html|head|body)\b/i.test(text)

/** A tag that can stand in a path. */
export const isTag = (tag: unknown): tag is string =>
  typeof tag === 'string' && /^[A-Za-z0-9][\w.+-]{0,99}$/.test(tag)

/** The address of a prompt file at a release. */
export const promptFileURL = ({ raw }: GitHubBases, tag: string, file: string): string =>
  `${raw}/openai/codex/${tag}/codex-rs/core/${file}`

/**
 * Looks up the tag of the newest release of `openai/codex`: by the API, which refuses after 60 calls an hour, else by the
 * web page that redirects to it. Undefined where neither names it.
 */
export async function newestRelease(github: GitHub): Promise<string | undefined> {
  for (const way of [tagFromApi, tagFromRedirect]) {
    const tag = await withinLimit(github.lookupMs, (signal) => way(github, signal)).catch(() => undefined)
    if (isTag(tag)) return tag
  }
  return undefined
}

async function tagFromApi({ fetch, bases }: GitHub, signal: AbortSignal): Promise<unknown> {
  const url = `${bases.api}/repos/openai/codex/releases/latest`
  const response = await get(fetch, url, { accept: 'application/vnd.github+json' }, signal)
  if (response.status !== 200) return discardBody(response)
  const { text } = await readText(response, { maxCharacters: MAX_RELEASE_LENGTH, signal })
  return parseObject(text)?.tag_name
}

async function tagFromRedirect({ fetch, bases }: GitHub, signal: AbortSignal): Promise<unknown> {
  const url = `${bases.web}/openai/codex/releases/latest`
  const response = await get(fetch, url, { accept: 'text/html' }, signal)
  discardBody(response)
  // A `fetch` of the caller's may have followed the redirect.
  const target = response.headers.get('location') ?? response.url
  return /\/openai\/codex\/releases\/tag\/([^/?#]+)/.exec(target)?.[1]
}

/**
 * Fetches a prompt file at a release; undefined where the release does not have it (404). The copy before is renewed by
 * its ETag where it is of the same tag and address.
 *
 * @throws Error for any other answer, and for one that is not Markdown.
 */
export async function fetchPromptFile(
  { fetch, bases }: GitHub,
  tag: string,
  file: string,
  previous: PromptFile | undefined,
  signal: AbortSignal,
): Promise<PromptFile | undefined> {
  const url = promptFileURL(bases, tag, file)
  const known = previous?.tag === tag && previous.url === url && previous.etag ? previous : undefined
  const headers = { accept: 'text/plain', ...(known?.etag ? { 'if-none-match': known.etag } : {}) }
  const response = await get(fetch, url, headers, signal)
  if (response.status === 200) {
    const { text, isWhole } = await readText(response, { maxCharacters: MAX_PROMPT_LENGTH, signal })
    const isPage = response.headers.get('content-type')?.includes('html')
    if (!isWhole || isPage || !isPromptText(text)) throw new Error(`${url} is not a Markdown file.`)
    return { file, tag, url, etag: response.headers.get('etag') ?? undefined, text }
  }
  discardBody(response)
  if (response.status === 304 && known) return known
  if (response.status === 404) return undefined
  throw new Error(`${url} answered with ${response.status}.`)
}

/** Sends a `GET` without any login. */
const get = (
  fetch: typeof globalThis.fetch,
  url: string,
  headers: Record<string, string>,
  signal: AbortSignal,
): Promise<Response> =>
  sendHttp({ url, headers: { ...headers, 'user-agent': `ai-sdk-provider-codex/${VERSION}` }, signal }, fetch)
