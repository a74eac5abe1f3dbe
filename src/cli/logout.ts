import { logout as revokeLogin } from '../auth/login/logout.ts'
import { readEnv } from '../lib/runtime.ts'
import { type Command, SUCCESS } from './command.ts'
import { type CliIO, oneLine, print } from './io.ts'
import { logoutFromPlan } from './plan-logout.ts'

export const logout: Command = {
  summary: 'log out and remove the login file',
  details:
    'Revokes the login on the server too. If the Codex CLI uses the same file, it is\nlogged out as well. The backup of an older login is kept.',
  options: ['issuer', 'plan'],
  async run(call, io) {
    if (call.values.plan) return logoutFromPlan(call, io)
    const { values } = call
    const { file, removed, revoked, problem, backup } = await revokeLogin({
      authFile: values['auth-file'],
      issuer: values.issuer,
      signal: io.signal,
    })
    if (problem) await print(io.stderr, `Warning: ${oneLine(problem)}`)
    if (readEnv('CODEX_ACCESS_TOKEN') !== undefined) {
      await print(io.stderr, 'Warning: CODEX_ACCESS_TOKEN is still set and is used as the login.')
    }
    if (!removed) {
      await print(io.stdout, `You were not logged in: there is no login at ${file}.`)
      await printBackup(backup, io)
      return SUCCESS
    }
    const outcome = revoked ? 'Revoked the login and removed its file' : 'Removed the login file'
    await print(io.stdout, `${outcome}: ${file}`)
    await print(io.stdout, 'If the Codex CLI used this file, it is logged out too.')
    await printBackup(backup, io)
    return SUCCESS
  },
}

async function printBackup(backup: string | undefined, { stdout }: CliIO): Promise<void> {
  if (backup === undefined) return
  await print(
    stdout,
    `The backup of an older login is kept, with its tokens: ${backup}. Delete it if you do not need it.`,
  )
}
