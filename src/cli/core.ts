import { resolveChatGPTFilePath } from '../auth/chatgpt/path.ts'
import { chatGPTTokenStore } from '../auth/chatgpt/store.ts'
import { type CodexCore, createCore } from '../core/provider.ts'
import { CHATGPT } from '../core/route-entries.ts'
import type { OptionValues } from './args.ts'
import { PROGRAM } from './help.ts'

/** Creates the models of the login that the options name. */
export async function coreOf(values: OptionValues): Promise<CodexCore> {
  if (!values.plan) return createCore({ authFile: values['auth-file'] })
  const authFile = await resolveChatGPTFilePath(values['auth-file'])
  const clients = await chatGPTTokenStore({ file: authFile }).clients()
  // The requests are those of the app that is signed in.
  return createCore({ authFile, appName: clients.at(-1)?.appName ?? PROGRAM }, CHATGPT)
}
