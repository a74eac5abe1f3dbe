import { logoutChatGPT } from '../auth/chatgpt/logout.ts'
import { type CommandCall, SUCCESS } from './command.ts'
import { type CliIO, oneLine, print } from './io.ts'

/** Signs an app out of ChatGPT. */
export async function logoutFromPlan({ values }: CommandCall, io: CliIO): Promise<number> {
  const { file, removed, revoked, problem } = await logoutChatGPT({
    authFile: values['auth-file'],
    issuer: values.issuer,
    signal: io.signal,
  })
  if (problem) await print(io.stderr, `Warning: ${oneLine(problem)}`)
  if (!removed) {
    await print(io.stdout, `You were not signed in: there is no login of "Sign in with ChatGPT" at ${file}.`)
    return SUCCESS
  }
  await print(io.stdout, `${revoked ? 'Revoked the login and removed' : 'Removed'} its tokens: ${file}`)
  await print(io.stdout, 'The registration of the app is kept for the next login.')
  return SUCCESS
}
