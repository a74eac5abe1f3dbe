import { readEnv } from '../../lib/runtime.ts'
import { expandHome, homeFolder, needNodeModule } from '../file/path.ts'

const VARIABLES = 'XDG_CONFIG_HOME or CHATGPT_AUTH_FILE'

/**
 * Resolves the path of the file of "Sign in with ChatGPT": the setting, else env `CHATGPT_AUTH_FILE`, else
 * `ai-sdk-provider-codex/chatgpt.json` in `$XDG_CONFIG_HOME` or `~/.config`.
 *
 * @throws CodexAuthError if the runtime has no file system, or the user no home folder.
 */
export async function resolveChatGPTFilePath(authFile?: string): Promise<string> {
  const path = await needNodeModule('node:path')
  const file = authFile || readEnv('CHATGPT_AUTH_FILE')
  if (file) return path.resolve(await expandHome(file, VARIABLES))
  const config = readEnv('XDG_CONFIG_HOME')
  // The XDG specification wants relative paths to be ignored.
  const folder =
    config && path.isAbsolute(config) ? config : path.join(await homeFolder(VARIABLES), '.config')
  return path.join(folder, 'ai-sdk-provider-codex', 'chatgpt.json')
}
