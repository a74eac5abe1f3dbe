import { CodexAuthFileNotFoundError } from '../../errors.ts'
import type { JsonObject } from '../../lib/json.ts'
import { textOf } from '../../lib/json.ts'
import { writeFileAtomically } from '../file/atomic-write.ts'
import { asFileError } from '../file/fs-errors.ts'
import { withFileLock } from '../file/lock.ts'
import { followLinks, needNodeModule } from '../file/path.ts'
import { type LoginFileFormat, readText } from '../file/read.ts'
import { changeLogin, createFileStore, type FileTokenStore } from '../file/store.ts'
import { noteLoginChange } from '../shared-login.ts'
import type { CodexTokens } from '../tokens.ts'
import {
  type ChatGPTClient,
  formatDocument,
  notSignedIn,
  parseChatGPTFile,
  readClients,
  readTokens,
  withoutTokens,
  withTokens,
} from './document.ts'
import { resolveChatGPTFilePath } from './path.ts'
import { CHATGPT_WORDS } from './words.ts'

/** Token store on a file of "Sign in with ChatGPT". */
export interface ChatGPTTokenStore extends FileTokenStore {
  /** Returns the id of this installation, which outlives logouts. It is created with the first call. */
  hostId(): Promise<string>
  /** Returns the registrations of apps in the file; the one that was used last comes last. */
  clients(): Promise<ChatGPTClient[]>
  /** Removes tokens that will never work again. Registrations and host id stay. */
  discard(ended: CodexTokens): Promise<void>
}

/** Format of the file: one login, the registrations of apps, and the host id. */
const FORMAT: LoginFileFormat = {
  words: CHATGPT_WORDS,
  locate: resolveChatGPTFilePath,
  parse: (text, file) => readTokens(parseChatGPTFile(text, file), file),
  update: (text, tokens, file) => formatDocument(withTokens(parseChatGPTFile(text, file), tokens)),
  explainMissing: notSignedIn,
}

/**
 * Creates a token store on a file of "Sign in with ChatGPT": one login, for one account and one app. The tokens stay on
 * this machine, under the control of its user. Nothing is read before it is needed.
 *
 * Writes are atomic, with mode 0600; processes take turns under a lock file beside it. The Codex CLI's login is never
 * read or written.
 *
 * @param settings.file Path of the file; `~` is expanded.
 * @default env `CHATGPT_AUTH_FILE`, else `ai-sdk-provider-codex/chatgpt.json` in `$XDG_CONFIG_HOME` or `~/.config`
 * @see docs/wire.md, "Sign in with ChatGPT"
 */
export function chatGPTTokenStore({ file: path }: { file?: string | undefined } = {}): ChatGPTTokenStore {
  return {
    ...createFileStore(path, FORMAT),
    hostId: async () => hostIdIn(await ensureHostId(await resolveChatGPTFilePath(path))),
    clients: async () => readClients(await readDocument(await resolveChatGPTFilePath(path))),
    async discard(ended) {
      const change = (text: string, file: string) =>
        formatDocument(withoutTokens(parseChatGPTFile(text, file)))
      await changeLogin(await resolveChatGPTFilePath(path), ended, FORMAT, change)
    },
  }
}

/**
 * Reads the document in a file; an empty one if there is no file.
 *
 * @throws CodexAuthTokenError if it can't be read, or holds something else.
 */
export async function readDocument(file: string): Promise<JsonObject> {
  try {
    return parseChatGPTFile(await readText(file, FORMAT), file)
  } catch (error) {
    if (CodexAuthFileNotFoundError.isInstance(error)) return {}
    throw error
  }
}

/**
 * Changes the document in a file, alone among all processes; creates the file if there is none. A symbolic link stays a
 * link.
 *
 * @throws CodexAuthError if the file holds something else, or can't be written.
 */
export async function changeDocument(
  file: string,
  change: (document: JsonObject) => JsonObject | Promise<JsonObject>,
): Promise<JsonObject> {
  const [fs, { dirname }] = await Promise.all([
    needNodeModule('node:fs/promises'),
    needNodeModule('node:path'),
  ])
  const target = await followLinks(file)
  try {
    await fs.mkdir(dirname(target), { recursive: true, mode: 0o700 })
    return await withFileLock(target, async () => {
      const document = await readDocument(file)
      const changed = await change(document)
      if (changed === document) return document
      await writeFileAtomically(target, formatDocument(changed))
      noteLoginChange()
      return changed
    })
  } catch (cause) {
    throw asFileError(cause, `Could not write the login file ${file}`, 'CHATGPT_AUTH_FILE')
  }
}

/** Creates the host id in a file that has none. Returns the document. */
export const ensureHostId = (file: string): Promise<JsonObject> =>
  changeDocument(file, (document) =>
    textOf(document.ext_agent_host_id) === undefined
      ? { ext_agent_host_id: `urn:uuid:${crypto.randomUUID()}`, ...document }
      : document,
  )

/** Returns the host id of a document that has one. */
export const hostIdIn = (document: JsonObject): string => textOf(document.ext_agent_host_id) ?? ''
