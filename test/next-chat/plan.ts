import { mkdtemp, readFile, writeFile } from 'node:fs/promises'
import { type OutgoingHttpHeaders, request } from 'node:http'
import { join } from 'node:path'
import type { Browser, Page } from 'playwright-core'
import { describe, expect, onTestFinished, test } from 'vitest'
import { startCodexServer } from '../../src/testing/server.ts'
import type { AuthorizeAnswer, CodexServer } from '../../src/testing/types.ts'
import { type App, runCommand, startApp } from './app.ts'
import { openChat } from './chat.ts'

const APP_NAME = 'Next chat example'
const SIGN_IN = 'Continue with ChatGPT'
const WELCOME = "You're using your ChatGPT plan"
const USAGE = 'https://chatgpt.com/settings/usage'
const NOT_SIGNED_IN = 'You are not signed in with ChatGPT, or the sign-in has ended.'

interface Shared {
  app: App
  browser: Browser
  /** What the pages of the Codex login ask. */
  codex: CodexServer
}

/** Tests the sign-in with ChatGPT, and the chat on it. */
export function testPlan(shared: () => Shared): void {
  /** An app on which nobody has signed in yet, and what it asks. */
  async function startPlanApp() {
    const { app, codex } = shared()
    const server = await startCodexServer({ route: 'chatgpt' })
    onTestFinished(() => server.close())
    const authFile = join(await mkdtemp(join(app.home, 'plan-')), 'chatgpt.json')
    const codexFile = join(app.home, 'auth.json')
    const env = {
      CHATGPT_BASE_URL: server.baseURL,
      CHATGPT_ISSUER: server.issuer,
      CHATGPT_AUTH_FILE: authFile,
      CODEX_BASE_URL: codex.baseURL,
      CODEX_ISSUER: codex.issuer,
      CODEX_AUTH_FILE: codexFile,
      CODEX_CACHE_DIR: join(app.home, 'cache'),
    }
    const running = await startApp(app, env)
    onTestFinished(() => running.close())
    return { app, running, server, authFile, env }
  }

  async function openPlan(answer?: AuthorizeAnswer) {
    const started = await startPlanApp()
    if (answer) started.server.answerAuthorize(answer)
    const { page, chat } = await openChat(shared().browser, `${started.running.url}/plan`)
    return { ...started, page, chat, plan: page.getByRole('region', { name: 'ChatGPT plan' }) }
  }

  const readLogin = async (file: string) => JSON.parse(await readFile(file, 'utf8'))

  describe('sign in with ChatGPT', { timeout: 60_000 }, () => {
    test('in the browser, then a chat on the plan, `status --plan`, and out again', async () => {
      const { app, running, server, authFile, env, page, chat, plan } = await openPlan()
      await plan.getByText('Use your ChatGPT plan: ').waitFor()
      expect(await signIn(page)).toContain('You are logged in')
      await plan.getByRole('heading', { name: WELCOME }).waitFor()
      await plan.getByRole('button', { name: 'Got it' }).click()
      expect(await plan.getByText('Using ChatGPT plan').isVisible()).toBe(true)
      const usage = plan.getByRole('link', { name: 'Manage usage' })
      expect(await usage.evaluate((link) => [link.getAttribute('href'), link.getAttribute('rel')])).toEqual([
        USAGE,
        'noopener',
      ])

      const before = shared().codex.requests.length
      await chat.say('Say hi.')
      await chat.answer.getByText('You said: Say hi.').waitFor()
      const { login } = await readLogin(authFile)
      expect(server.responseRequests).toHaveLength(1)
      const { headers = {}, json } = server.responseRequests[0] ?? {}
      expect(headers.authorization).toBe(`Bearer ${login.access_token}`)
      expect(headers['user-agent']).toMatch(/^Next-chat-example /)
      expect(json?.tools).toMatchObject([{ type: 'web_search' }])
      expect(shared().codex.requests).toHaveLength(before)

      const told = await runCommand(app, ['status', '--plan'], env)
      expect(told).toContain(`Using ChatGPT plan of ${login.email}\n`)
      expect(told).toMatch(new RegExp(`^App +${APP_NAME}$`, 'm'))
      expect(told).toContain(authFile)
      const secrets = [login.access_token, login.refresh_token, login.id_token]
      const state = await (await fetch(`${running.url}/api/plan`)).text()
      const shown = [told, state, await page.content(), running.complaints()].join('\n')
      expect(secrets.filter((secret) => shown.includes(secret))).toEqual([])

      await page.reload()
      await plan.getByText('Using ChatGPT plan').waitFor()
      expect(await plan.getByText(WELCOME).count()).toBe(0)

      await plan.getByRole('button', { name: 'Sign out' }).click()
      await plan.getByRole('button', { name: SIGN_IN }).waitFor()
      expect(server.requests.at(-1)).toMatchObject({ method: 'POST', path: '/api/accounts/oauth/revoke' })
      expect(await readLogin(authFile)).not.toHaveProperty('login')
      await chat.say('And now?')
      await chat.fault.waitFor()
      expect(await chat.fault.getByRole('paragraph').allTextContents()).toEqual([NOT_SIGNED_IN])

      // The same registration, and no second welcome.
      await signIn(page)
      await plan.getByText('Using ChatGPT plan').waitFor()
      expect(await plan.getByText(WELCOME).count()).toBe(0)
      expect(queriesOf(server).map((query) => query.get('client_id'))).toEqual([
        'dynamic_agent_client',
        login.client_id,
      ])
      await chat.tryAgain.click()
      await chat.answer.getByText('You said: And now?').waitFor()
    })

    test('the chats on the login of Codex go on as they were', async () => {
      const { server, page, chat, plan } = await openPlan()
      await signIn(page)
      await plan.getByText('Using ChatGPT plan').waitFor()
      await page.getByRole('link', { name: 'ai 7' }).click()
      await page.waitForURL('**/v7')
      expect(await plan.count()).toBe(0)
      await chat.say('Say hi.')
      await chat.answer.getByText('You said: Say hi.').waitFor()
      expect(server.responseRequests).toHaveLength(0)
    })

    test('one that the user declines changes nothing; another try works', async () => {
      const query = { error: 'access_denied', code: undefined }
      const { running, page, plan } = await openPlan({ query })
      expect(await signIn(page)).toContain('You declined the login')
      await plan.getByText('The sign-in was not completed. Try again.').waitFor()
      await expect.poll(running.complaints).toContain('You declined the login')
      await signIn(page)
      await plan.getByText('Using ChatGPT plan').waitFor()
    })

    test('one that waits gives way to the next', async () => {
      const { server, page, plan } = await openPlan()
      server.answerPath('/api/accounts/authorize', { type: 'error', status: 500, body: 'Later' })
      expect(await signIn(page)).toContain('Later')
      await plan.getByText('Go on in the tab that has opened.').waitFor()
      await signIn(page)
      await plan.getByText('Using ChatGPT plan').waitFor()
    })

    test('one without plan usage says so; the next asks for consent', async () => {
      const scope = 'openid profile email offline_access resource.invoke'
      const { server, page, chat, plan } = await openPlan({ login: { scope } })
      await signIn(page)
      await plan.getByText('You are signed in, but this app may not use your plan.').waitFor()
      await chat.say('Say hi.')
      await chat.fault.waitFor()
      expect(await chat.fault.getByRole('paragraph').allTextContents()).toEqual([NOT_SIGNED_IN])
      await signIn(page)
      await plan.getByRole('heading', { name: WELCOME }).waitFor()
      expect(queriesOf(server).map((query) => query.get('prompt'))).toEqual([null, 'consent'])
    })

    test('a plan that is used up is said in plain words, with the place to manage it', async () => {
      const { server, page, chat, plan } = await openPlan()
      await signIn(page)
      await plan.getByText('Using ChatGPT plan').waitFor()
      const error = { code: 'subscription_sharing_usage_limit_exceeded', message: 'Limit' }
      server.answer({ type: 'error', status: 429, body: { error } })
      await chat.say('Say hi.')
      await chat.fault.waitFor()
      expect(await chat.fault.getByRole('paragraph').allTextContents()).toEqual([
        'Usage limit reached: that of your ChatGPT plan, or the one that you set for this app.',
      ])
      const link = chat.fault.getByRole('link', { name: 'Manage usage' })
      expect(await link.getAttribute('href')).toBe(USAGE)
      await chat.tryAgain.click()
      await chat.answer.getByText('You said: Say hi.').waitFor()
    })

    test('an account that may not use its plan in apps is told so', async () => {
      const { server, page, chat, plan } = await openPlan()
      await signIn(page)
      await plan.getByText('Using ChatGPT plan').waitFor()
      const error = { code: 'subscription_sharing_user_not_eligible', message: 'No' }
      server.answer({ type: 'error', status: 403, body: { error } })
      await chat.say('Say hi.')
      await chat.fault.waitFor()
      expect(await chat.fault.getByRole('paragraph').allTextContents()).toEqual([
        'ChatGPT does not let this app use your plan.',
      ])
    })

    test('a sign-out that ChatGPT does not confirm ends here, and says so', async () => {
      const { server, authFile, page, plan } = await openPlan()
      await signIn(page)
      await plan.getByText('Using ChatGPT plan').waitFor()
      server.answerPath('/oauth/revoke', { type: 'error', status: 400, body: {} })
      await plan.getByRole('button', { name: 'Sign out' }).click()
      await plan.getByRole('alert').getByText('It is not confirmed').waitFor()
      expect(await readLogin(authFile)).not.toHaveProperty('login')
    })

    test('a login file of something else is left as it is', async () => {
      const { running, authFile } = await startPlanApp()
      await writeFile(authFile, '{ "tokens": {} }')
      const fault =
        'Failed to load resource: the server responded with a status of 500 (Internal Server Error)'
      const { page } = await openChat(shared().browser, `${running.url}/plan`, [fault])
      await page.getByText("The sign-in can't be read: see the server's log.").waitFor()
      await expect.poll(running.complaints).toContain('holds something else')
      const headers = { 'content-type': 'application/x-www-form-urlencoded' }
      const response = await fetch(`${running.url}/api/plan`, { method: 'POST', headers, redirect: 'manual' })
      expect(await response.text()).toBe("The sign-in could not be started: see the server's log.")
      expect(await readLogin(authFile)).toEqual({ tokens: {} })
    })

    test('on a phone, signed in or not, nothing wraps or sticks out', async () => {
      const { page, plan } = await openPlan()
      await page.setViewportSize({ width: 320, height: 667 })
      const fits = async () => {
        const heights = await page
          .locator('nav a, button')
          .evaluateAll((all) => all.map((one) => one.getBoundingClientRect().height))
        expect(Math.max(...heights)).toBeLessThan(48)
        for (const part of ['html', 'main']) {
          expect(await page.locator(part).evaluate((element) => element.scrollWidth)).toBe(320)
        }
      }
      await plan.getByRole('button', { name: SIGN_IN }).waitFor()
      await fits()
      await signIn(page)
      await plan.getByRole('heading', { name: WELCOME }).waitFor()
      await fits()
    })
  })

  describe('another site', { timeout: 60_000 }, () => {
    test('can not send the form of the sign-in from the same browser', async () => {
      const { running, server } = await startPlanApp()
      const page = await shared().browser.newPage()
      onTestFinished(() => page.close())
      await page.setContent(
        `<form action="${running.url}/api/plan" method="post"><button>Win</button></form>`,
      )
      await page.getByRole('button').click()
      await page.getByText('Only for the pages of this app.').waitFor()
      expect(server.requests).toEqual([])
    })

    test('gets nothing from any route, by whatever headers', async () => {
      const { running, server, authFile } = await startPlanApp()
      const { host, port } = new URL(running.url)
      const before = shared().codex.requests.length
      const statuses = await Promise.all(
        ROUTES.flatMap(([method, path]) =>
          [
            { host: `attacker.test:${port}` },
            { host: `attacker.test:${port}`, origin: `http://attacker.test:${port}` },
            { host, origin: 'https://attacker.test' },
            { host, origin: 'null' },
            // Another app on this machine.
            { host, origin: 'http://127.0.0.1:1' },
            { host, 'sec-fetch-site': 'same-site' },
            { host, 'sec-fetch-site': 'cross-site' },
          ].map(async (headers) => {
            const status = await statusOf(running.url + path, method, headers)
            return { method, path, headers, status }
          }),
        ),
      )
      expect(statuses).toHaveLength(42)
      expect(statuses.filter(({ status }) => status !== 403)).toEqual([])
      expect(server.requests).toEqual([])
      expect(shared().codex.requests).toHaveLength(before)
      await expect(readFile(authFile)).rejects.toThrow('ENOENT')
    })
  })
}

/** All that use a plan or change a sign-in. */
const ROUTES = [
  ['GET', '/api/plan'],
  ['POST', '/api/plan'],
  ['DELETE', '/api/plan'],
  ['POST', '/api/chat'],
  ['POST', '/api/chat-v7'],
  ['POST', '/api/chat-plan'],
] as const

/** Clicks on the button, and goes through the tab that it opens; gives what that tab says in the end. */
async function signIn(page: Page): Promise<string> {
  const opened = page.context().waitForEvent('page')
  await page.getByRole('button', { name: SIGN_IN }).click()
  const tab = await opened
  await expect.poll(() => tab.locator('body').textContent()).not.toBe('')
  const text = (await tab.locator('body').textContent()) ?? ''
  await tab.close()
  return text
}

/** The queries with which the browser came to the login server. */
const queriesOf = (server: CodexServer): URLSearchParams[] =>
  server.requests
    .filter(({ path }) => path.startsWith('/api/accounts/authorize?'))
    .map(({ path }) => new URL(path, server.url).searchParams)

/** The status of an answer to exactly these headers, some of which `fetch` would not send. */
const statusOf = (url: string, method: string, headers: OutgoingHttpHeaders) =>
  new Promise<number | undefined>((resolve, reject) => {
    request(url, { method, headers }, (response) => {
      response.resume()
      resolve(response.statusCode)
    })
      .on('error', reject)
      .end()
  })
