import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { chmod, readFile, writeFile } from 'node:fs/promises'
import { connect } from 'node:net'
import { delimiter, dirname, join } from 'node:path'
import { describe, expect, it, vi } from 'vitest'
import { loginWithBrowser } from '../../src/auth/login/browser.ts'
import { isForeignPeer, ownerOf } from '../../src/auth/login/peer-user.ts'
import { makeFolder, rejection } from '../auth/helpers.ts'
import { isFree, once as onceCalled, portOf, setUpLogin, stateOf, visit } from '../auth/login/support.ts'

/** Starts a login that no browser opens yet. */
async function startLogin(options: Parameters<typeof loginWithBrowser>[0]) {
  const url = onceCalled<string>()
  const result = loginWithBrowser({ port: 0, openBrowser: () => {}, onUrl: url.call, ...options })
  result.catch(() => undefined)
  const address = await url.value
  return { result, address, port: portOf(address), state: stateOf(address) }
}

/** Sends callbacks with the login's state on one connection, all at once. */
async function pipeline(port: number, state: string, codes: readonly string[]) {
  const socket = connect(port, '127.0.0.1').setEncoding('utf8')
  let text = ''
  socket.on('data', (chunk) => {
    text += chunk
  })
  const closed = once(socket, 'close').then(() => text)
  socket.write(
    codes
      .map((code) => `GET /auth/callback?code=${code}&state=${state} HTTP/1.1\r\nhost: x\r\n\r\n`)
      .join(''),
  )
  return { closed }
}

const pages = (text: string): number => text.split('HTTP/1.1 ').length - 1

describe('callbacks pipelined on one connection', () => {
  it.each([2, 50])('%d good ones: the login succeeds, and the port is free', async (count) => {
    const { server, options } = await setUpLogin()
    const { result, address, port, state } = await startLogin(options)
    const back = await fetch(address, { redirect: 'manual' })
    const code = new URL(back.headers.get('location') ?? '').searchParams.get('code') ?? ''
    const { closed } = await pipeline(port, state, Array(count).fill(code))
    expect((await result).account.accountId).toBe('acct-0001')
    expect(pages(await closed)).toBe(1)
    expect(server.tokenRequests).toHaveLength(1)
    expect(await isFree(port)).toBe(true)
  })

  it('a refused login settles too', async () => {
    const { options } = await setUpLogin()
    const { result, port, state } = await startLogin(options)
    const { closed } = await pipeline(port, state, ['wrong', 'wrong'])
    expect(await rejection(result)).toMatchObject({ code: 'CODEX_AUTH' })
    await closed
    expect(await isFree(port)).toBe(true)
  })

  it.each(['abort', 'time-out'])('an %s settles too', async (how) => {
    const { server, options } = await setUpLogin()
    server.answerToken({ type: 'hang' })
    const aborts = new AbortController()
    const timeoutMs = how === 'abort' ? 0 : 200
    const { result, port, state } = await startLogin({ ...options, signal: aborts.signal, timeoutMs })
    const asked = server.nextRequest('/oauth/token')
    const { closed } = await pipeline(port, state, ['one', 'two'])
    await asked
    if (how === 'abort') aborts.abort(new Error('stop'))
    expect(await rejection(result)).toMatchObject({
      message: how === 'abort' ? 'stop' : expect.stringContaining('not completed within'),
    })
    await closed
    expect(await isFree(port)).toBe(true)
  })
})

interface Opened {
  argv: string[]
  env: Record<string, string>
}

/** Installs a program as the opener of browsers that writes down how it was started. */
async function installOpener() {
  const folder = await makeFolder()
  const record = join(folder, 'record.json')
  const opener = join(folder, process.platform === 'darwin' ? 'open' : 'xdg-open')
  const script = [
    '#!/usr/bin/env node',
    "const { renameSync, writeFileSync } = require('node:fs')",
    `writeFileSync('${record}.new', JSON.stringify({ argv: process.argv, env: process.env }))`,
    `renameSync('${record}.new', '${record}')`,
  ]
  await writeFile(opener, script.join('\n'))
  await chmod(opener, 0o755)
  vi.stubEnv('PATH', `${dirname(opener)}${delimiter}${process.env.PATH}`)
  const opened = (): Promise<Opened> =>
    vi.waitFor(async () => JSON.parse(await readFile(record, 'utf8')), { timeout: 15_000 })
  return { opened }
}

describe('the program that opens the browser', () => {
  it('gets neither the login address nor the access token', async () => {
    const { options } = await setUpLogin()
    const { opened } = await installOpener()
    vi.stubEnv('CODEX_ACCESS_TOKEN', 'secret-of-env')
    const { result, address, state } = await startLogin({ ...options, openBrowser: undefined })
    const { argv, env } = await opened()
    const challenge = new URL(address).searchParams.get('code_challenge') ?? ''
    const seen = JSON.stringify({ argv, env })
    for (const secret of [address, state, challenge, 'secret-of-env']) expect(seen).not.toContain(secret)
    expect(env.PATH).toBe(process.env.PATH)

    // The address that it got leads to the login once, and is gone with the login.
    const [, , given = ''] = argv
    expect((await fetch(given, { method: 'HEAD', redirect: 'manual' })).status).toBe(405)
    expect((await fetch(new URL('/other', given))).status).toBe(404)
    const first = await fetch(given, { redirect: 'manual' })
    expect([first.status, first.headers.get('location')]).toEqual([302, address])
    const second = await fetch(given, { redirect: 'manual' })
    expect([second.status, second.headers.get('location')]).toEqual([410, null])
    expect(await second.text()).not.toContain(state)
    await visit(address)
    await result
    await expect(fetch(given)).rejects.toThrow()
  })

  it('is given nothing once the login is over', async () => {
    const { options } = await setUpLogin()
    const { opened } = await installOpener()
    const aborts = new AbortController()
    const { result } = await startLogin({ ...options, openBrowser: undefined, signal: aborts.signal })
    const [, , given = ''] = (await opened()).argv
    aborts.abort(new Error('stop'))
    await rejection(result)
    await expect(fetch(given)).rejects.toThrow()
  })

  const TABLE = `  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode
   0: 0100007F:05AF 00000000:0000 0A 00000000:00000000 00:00000000 00000000     0        0 1 1 0 100 0 0 10 0
   1: 0100007F:D431 0100007F:05AF 01 00000000:00000000 00:00000000 00000000  1001        0 2 1 0 20 4 30 10 -1
   2: 0100007F:05AF 0100007F:D431 01 00000000:00000000 00:00000000 00000000  1000        0 3 1 0 20 4 30 10 -1
`

  it.each([
    ['the end of the other side', { localPort: 0xd431, remotePort: 0x05af }, 1001],
    ['our own end', { localPort: 0x05af, remotePort: 0xd431 }, 1000],
    ['a connection that is not there', { localPort: 1, remotePort: 0x05af }, undefined],
    ['a connection that is closed', {}, undefined],
  ])('its user is read from the table of connections: %s', (_, connection, owner) => {
    expect(ownerOf(TABLE, connection)).toBe(owner)
  })

  // Only root can start a process of another user.
  it.skipIf(process.platform !== 'linux' || process.getuid?.() !== 0)(
    'another user of the machine gets nothing from its address',
    async () => {
      const { options } = await setUpLogin()
      const { opened } = await installOpener()
      const { result, address } = await startLogin({ ...options, openBrowser: undefined })
      const [, , given = ''] = (await opened()).argv
      const script = `fetch('${given}', { redirect: 'manual' }).then((r) => console.log(r.status, r.headers.get('location')))`
      const stranger = spawn(process.execPath, ['-e', script], { uid: 65_534, gid: 65_534 })
      const [output] = await once(stranger.stdout.setEncoding('utf8'), 'data')
      expect(output.trim()).toBe('403 null')
      const page = await fetch(given)
      expect([page.status, page.url.startsWith(new URL(address).origin)]).toEqual([200, false])
      await result
    },
  )

  it('a connection of an unknown user is let through', async () => {
    expect(await isForeignPeer({ localPort: 1, remotePort: 2 })).toBe(false)
    vi.spyOn(process, 'getBuiltinModule').mockReturnValue(undefined)
    expect(await isForeignPeer({ localPort: 1, remotePort: 2 })).toBe(false)
    vi.restoreAllMocks()
  })
})
