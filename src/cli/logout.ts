import { logout as endLogin } from '../auth/login/logout.ts'
import { readEnv } from '../lib/runtime.ts'
import { type Command, DONE, FAILED } from './command.ts'
import { type CliIO, print } from './io.ts'

export const logout: Command = {
  about: 'log out, and remove the login file',
  details:
    'The login ends on the server too, and so for the Codex CLI where it uses this\nfile. A backup of an older login stays.',
  options: ['issuer'],
  async run({ values }, io) {
    const { file, removed, revoked, problem, backup } = await endLogin({
      authFile: values['auth-file'],
      issuer: values.issuer,
      signal: io.signal,
    })
    if (problem) await print(io.stderr, `Warning: ${problem}`)
    if (readEnv('CODEX_ACCESS_TOKEN') !== undefined) {
      await print(io.stderr, 'Warning: CODEX_ACCESS_TOKEN is still set, and is a login of its own.')
    }
    if (!removed) {
      await print(io.stdout, `You were not logged in: there is no login at ${file}.`)
      await tellBackup(backup, io)
      return problem ? FAILED : DONE
    }
    const ended = revoked ? 'The login was ended and its file removed' : 'The login file was removed'
    await print(io.stdout, `${ended}: ${file}`)
    await print(io.stdout, 'If the Codex CLI used this file, it is logged out too.')
    await tellBackup(backup, io)
    return DONE
  },
}

async function tellBackup(backup: string | undefined, { stdout }: CliIO): Promise<void> {
  if (backup === undefined) return
  await print(
    stdout,
    `The backup of an older login stays, with its tokens: ${backup}. Delete it if you do not need it.`,
  )
}
