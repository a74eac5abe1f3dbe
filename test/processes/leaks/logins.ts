import { rm, writeFile } from 'node:fs/promises'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { JsonObject } from 'ai-sdk-provider-codex/testing'
import { type BrowserLoginOptions, loginWithBrowser } from '../../../src/auth/login/browser.ts'
import { type DeviceLoginOptions, loginWithDeviceCode } from '../../../src/auth/login/device.ts'
import { logout } from '../../../src/auth/login/logout.ts'
import { MARK, outcomeOf, type Scenario, type Stage } from './stage.ts'

const REFUSED = /^CodexAuthError CODEX_AUTH$/

/** What a login gives is the tokens, by its purpose; all else of it is shown. */
async function withoutTokens(
  login: Promise<{ tokens: unknown; account: unknown; file?: string }>,
): Promise<unknown> {
  const result = await outcomeOf(login)
  if (result instanceof Error) return result
  const { tokens: _, account: __, ...rest } = result as Awaited<typeof login>
  return rest
}

/** Logs in with a browser that goes where it is sent, or where `turn` sends it; the page it ends at is shown. */
async function browse(
  { server, authFile, show }: Stage,
  { turn = (back: URL) => back, ...options }: BrowserLoginOptions & { turn?: (back: URL) => URL } = {},
): Promise<unknown> {
  await rm(authFile, { force: true })
  return withoutTokens(
    loginWithBrowser({
      issuer: server.issuer,
      authFile,
      port: 0,
      openBrowser: async (url) => {
        const answer = await fetch(url, { redirect: 'manual' })
        const page = await fetch(turn(new URL(answer.headers.get('location') ?? '')))
        show(await page.text())
      },
      ...options,
    }),
  )
}

const withQuery = (fields: Record<string, string>) => (back: URL) => {
  back.searchParams.delete('code')
  for (const [name, value] of Object.entries(fields)) back.searchParams.set(name, value)
  return back
}

/** Logs in with a device code that is typed at once. */
async function typeCode(
  { server, authFile }: Stage,
  options: Partial<DeviceLoginOptions> = {},
): Promise<unknown> {
  await rm(authFile, { force: true })
  return withoutTokens(
    loginWithDeviceCode({
      issuer: server.issuer,
      authFile,
      sleep: async () => {},
      onCode: ({ userCode }) => server.approveDevice(userCode),
      ...options,
    }),
  )
}

const browser: Scenario[] = [
  { name: 'a browser login', expected: /^fine$/, run: (stage) => browse(stage) },
  {
    name: 'a browser login that is refused, with tokens in the words',
    expected: REFUSED,
    run: (stage) =>
      browse(stage, { turn: withQuery({ error: 'access_denied', error_description: stage.quote }) }),
  },
  {
    name: 'a browser login without a code',
    expected: REFUSED,
    run: (stage) => browse(stage, { turn: withQuery({}) }),
  },
  {
    name: 'a browser login whose code is not taken',
    expected: REFUSED,
    run: (stage) => browse(stage, { turn: withQuery({ code: `ac_${MARK}` }) }),
  },
  ...([200, 400, 401, 500] as const).map(
    (status): Scenario => ({
      name: `a browser login whose code gets ${status} and a body that quotes tokens`,
      expected: REFUSED,
      run(stage) {
        const body: JsonObject = {
          error: 'invalid_grant',
          error_description: stage.quote,
          access_token: stage.quote,
        }
        stage.server.answerToken({ type: 'error', status, body })
        return browse(stage)
      },
    }),
  ),
  {
    name: 'a pasted address of another login',
    expected: REFUSED,
    run: (stage) =>
      browse(stage, {
        openBrowser: () => {},
        readPastedUrl: async () => `http://127.0.0.1:1455/auth/callback?code=ac_${MARK}&state=${MARK}`,
      }),
  },
  {
    name: 'a pasted text that is no address',
    expected: REFUSED,
    run: (stage) => browse(stage, { openBrowser: () => {}, readPastedUrl: async () => stage.quote }),
  },
  {
    name: 'a port that is taken',
    expected: REFUSED,
    async run(stage) {
      const taken = createServer()
      await new Promise<void>((resolve) => taken.listen(0, '127.0.0.1', resolve))
      const outcome = await browse(stage, { port: (taken.address() as AddressInfo).port })
      taken.close()
      return outcome
    },
  },
  {
    name: 'a login into a folder that is a file',
    expected: REFUSED,
    async run(stage) {
      const file = `${stage.folder}/file`
      await writeFile(file, '')
      return browse(stage, { authFile: `${file}/auth.json` }).finally(() => rm(file))
    },
  },
]

const device: Scenario[] = [
  { name: 'a device login', expected: /^fine$/, run: (stage) => typeCode(stage) },
  ...['usercode', 'token'].flatMap((step) =>
    [200, 400, 401, 404, 500].flatMap((status): Scenario[] => {
      // While the code is pending, and after a failure of the server, it is asked again.
      if (step === 'token' && [404, 500].includes(status)) return []
      return [
        {
          name: `a device login whose ${step} gets ${status} and a body that quotes tokens`,
          expected: REFUSED,
          run(stage) {
            const body = {
              error: { code: 'odd', message: stage.quote },
              device_auth_id: '',
              detail: stage.quote,
            }
            stage.server.answerPath(`/deviceauth/${step}`, { type: 'error', status, body })
            return typeCode(stage)
          },
        },
      ]
    }),
  ),
  {
    name: 'a device login whose code is not taken',
    expected: REFUSED,
    run(stage) {
      const body = { error: { code: 'invalid_grant', message: stage.quote } }
      stage.server.answerToken({ type: 'error', status: 400, body })
      return typeCode(stage)
    },
  },
]

const leaving: Scenario[] = [
  {
    name: 'a logout',
    expected: /^fine$/,
    run: ({ server, authFile }) => outcomeOf(logout({ issuer: server.issuer, authFile })),
  },
  {
    name: 'a logout whose revocation is refused, with tokens in the words',
    expected: /^fine$/,
    async run({ server, authFile, quote, show }) {
      server.answerPath('/oauth/revoke', { type: 'error', status: 400, body: { error: { message: quote } } })
      const result = await logout({ issuer: server.issuer, authFile })
      show(result)
    },
  },
  {
    name: 'a logout without a login server',
    expected: /^fine$/,
    async run({ authFile, show }) {
      show(await logout({ issuer: 'http://127.0.0.1:9', authFile }))
    },
  },
]

export const LOGINS: readonly Scenario[] = [...browser, ...device, ...leaving]
