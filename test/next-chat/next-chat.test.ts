import { readFile, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Browser } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest'
import { startCodexServer } from '../../src/testing/server.ts'
import type { CodexServer } from '../../src/testing/types.ts'
import { bodyOf, CREATED, completed, delta, message, messageAdded } from '../adapters/v1/support.ts'
import { type App, buildApp, installApp, type RunningApp, startApp } from './app.ts'
import { startBrowser } from './browser.ts'
import { holdAnswer, openChat } from './chat.ts'
import { FAULTS, usageLimit } from './faults.ts'
import { testPlan } from './plan.ts'

let app: App
let built: string
let server: CodexServer
let running: RunningApp
let browser: Browser

beforeAll(async () => {
  app = await installApp()
  built = await buildApp(app)
  server = await startCodexServer()
  const authFile = join(app.home, 'auth.json')
  await writeFile(authFile, JSON.stringify(server.login()), { mode: 0o600 })
  running = await startWith(authFile)
  browser = await startBrowser()
}, 600_000)

afterAll(async () => {
  await browser?.close()
  await running?.close()
  await server?.close()
  await rm(app.home, { recursive: true, force: true, maxRetries: 10 })
}, 60_000)

const startWith = (authFile: string) =>
  startApp(app, {
    CODEX_BASE_URL: server.baseURL,
    CODEX_ISSUER: server.issuer,
    CODEX_AUTH_FILE: authFile,
    CODEX_CACHE_DIR: join(app.home, 'cache'),
  })

const open = (path: string, { url = running.url, told = [] as string[] } = {}) =>
  openChat(browser, url + path, told)

/** The input of the last request to the backend, as text. */
const lastInput = () => JSON.stringify(bodyOf(server, server.responseRequests.length - 1).input)

describe('the build', () => {
  test('has the package itself, as npm packs it', async () => {
    const installed = join(app.folder, 'node_modules', 'ai-sdk-provider-codex')
    expect(await readFile(join(installed, 'dist', 'v4.js'), 'utf8')).not.toBe('')
    await expect(readFile(join(installed, 'tsup.config.ts'))).rejects.toThrow('ENOENT')
  })

  test('warns of nothing but that Next is about to drop the edge runtime', () => {
    expect(built).toContain('Compiled successfully')
    // Where CI is set, Next also asks for a cache between builds.
    const lines = built.split('\n').filter((line) => !line.includes('No build cache found'))
    const warnings = lines.filter((line) => /⚠|warn|error|node:/i.test(line))
    expect(warnings.map((line) => line.split(/ is | on /)[0])).toEqual([
      '⚠ The Edge Runtime',
      '⚠ Using edge runtime',
    ])
  })

  test('has the edge route for the edge', async () => {
    const manifest = await readFile(join(app.folder, '.next', 'server', 'middleware-manifest.json'), 'utf8')
    expect(Object.keys(JSON.parse(manifest).functions)).toEqual(['/api/chat-edge/route'])
  })
})

describe.each([
  { ai: 4, path: '/', keptAs: 'chat' },
  { ai: 7, path: '/v7', keptAs: 'chat-v7' },
])('the chat on ai $ai', { timeout: 60_000 }, ({ path, keptAs }) => {
  test('an answer grows as it comes', async () => {
    const { chat } = await open(path)
    const held = holdAnswer(server)
    await chat.say('Tell me a story.')
    held.send(CREATED, messageAdded(), delta('Once upon'))
    await chat.answer.getByText('Once upon', { exact: true }).waitFor()
    held.send(delta(' a time.'))
    await chat.answer.getByText('Once upon a time.', { exact: true }).waitFor()
    await chat.stop.waitFor()
    held.end(message('Once upon a time.'), completed())
    await chat.ready()
    expect(await chat.answer.textContent()).toBe('Once upon a time.')
  })

  test('the newest line of a long answer is in sight', async () => {
    const { page, chat } = await open(path)
    server.answer({ type: 'text', text: `${'A line.\n'.repeat(80)}The end.` })
    await chat.say('Tell me a long story.')
    await chat.answer.getByText('The end.').waitFor()
    await chat.ready()
    const [answer, form] = [await chat.answer.boundingBox(), await page.locator('form').boundingBox()]
    expect(answer?.height).toBeGreaterThan(700)
    expect((answer?.y ?? 0) + (answer?.height ?? 0)).toBeLessThanOrEqual(form?.y ?? 0)
  })

  test('thoughts, a tool call with its result, and the answer', async () => {
    const { page, chat } = await open(path)
    await chat.say('Use the weather tool: what is the weather in Oslo?')
    await chat.answer.getByText('weather returned:').waitFor()
    await chat.ready()
    const card = page.getByRole('region', { name: 'Tool call: weather' })
    expect(await card.getByRole('definition').allTextContents()).toEqual([
      '{"city":"Oslo"}',
      '{"city":"Oslo","celsius":-3,"sky":"snow"}',
    ])
    expect(await chat.answer.getByText('Reading the request').first().isVisible()).toBe(true)
  })

  test('stop ends it at the backend, keeps what was said, and the chat goes on', async () => {
    const { chat } = await open(path)
    const held = holdAnswer(server)
    const asked = server.nextRequest('/responses')
    await chat.say('Count.')
    held.send(CREATED, messageAdded(), delta('One, two'))
    await chat.answer.getByText('One, two').waitFor()
    await chat.stop.click()
    expect(await (await asked).closed).toBe('aborted')
    await chat.ready()
    expect(await chat.answer.textContent()).toBe('One, two')
    expect(await chat.fault.count()).toBe(0)

    await chat.say('Go on.')
    await chat.answer.getByText('You said: Go on.').waitFor()
    expect(lastInput()).toContain('One, two')
  })

  test('stop in a tool call: the chat goes on without it', async () => {
    const { page, chat } = await open(path)
    const held = holdAnswer(server)
    await chat.say('How is the weather?')
    const item = { id: 'fc_1', type: 'function_call', call_id: 'call_1', name: 'weather', arguments: '' }
    held.send(
      CREATED,
      { type: 'response.output_item.added', output_index: 0, item },
      { type: 'response.function_call_arguments.delta', item_id: 'fc_1', output_index: 0, delta: '{"city":' },
    )
    await page.getByRole('region', { name: 'Tool call: weather' }).getByText('none yet').waitFor()
    await chat.stop.click()
    await chat.ready()

    await chat.say('Never mind.')
    await chat.answer.getByText('You said: Never mind.').waitFor()
    expect(lastInput()).not.toContain('call_1')
  })

  test('a usage limit names the plan and the time where the reader is; another try works', async () => {
    const { chat } = await open(path)
    server.answer(usageLimit({ plan_type: 'plus', resets_at: Date.UTC(2096, 9, 2, 7, 6) / 1000 }))
    await chat.say('Say hi.')
    await chat.fault.waitFor()
    expect(await chat.fault.getByRole('paragraph').allTextContents()).toEqual([
      'The limit of your plus plan is reached.',
      'It opens again on Tuesday, October 2, 2096 at 4:06 PM.',
    ])

    await chat.tryAgain.click()
    await chat.answer.getByText('You said: Say hi.').waitFor()
    expect(await chat.fault.count()).toBe(0)
  })

  test.for(FAULTS)('$name: a sentence on the page, the error in the log', async ({ answers, says, logs }) => {
    const { chat } = await open(path)
    const before = running.complaints().length
    server.answer(...answers)
    await chat.say('Say hi.')
    await chat.fault.waitFor()
    expect(await chat.fault.getByRole('paragraph').allTextContents()).toEqual([says])
    const logged = () => running.complaints().slice(before)
    await expect.poll(logged).toContain(logs)
    expect(logged().split('requestBodyValues:')).toHaveLength(2)
  })

  test('a new chat is empty, without the error of the old one', async () => {
    const { chat } = await open(path)
    server.answer(usageLimit())
    await chat.say('My name is Ada.')
    await chat.fault.waitFor()
    await chat.newChat.click()
    await expect.poll(() => chat.log.textContent()).toBe('')

    await chat.say('Hello.')
    await chat.answer.getByText('You said: Hello.').waitFor()
    expect(lastInput()).not.toContain('Ada')
  })

  test('a question that got no answer can be sent again after a reload', async () => {
    const { page, chat } = await open(path)
    server.answer(usageLimit())
    await chat.say('Say hi.')
    await chat.fault.waitFor()
    await page.reload()
    await chat.log.getByText('There is no answer yet.').waitFor()
    await chat.tryAgain.click()
    await chat.answer.getByText('You said: Say hi.').waitFor()
  })

  test('an answer that was cut says so, and can be asked for again, after a reload too', async () => {
    const { page, chat } = await open(path)
    const held = holdAnswer(server)
    await chat.say('Count.')
    held.end(CREATED, messageAdded(), delta('One, two'))
    await chat.fault.waitFor()
    expect(await chat.fault.getByRole('paragraph').allTextContents()).toEqual(['The answer was cut off.'])
    await page.reload()
    await chat.answer.getByText('One, two').waitFor()
    await chat.tryAgain.click()
    await chat.answer.getByText('You said: Count.').waitFor()
    expect(await chat.log.textContent()).not.toContain('One, two')
  })

  test('no connection to the app', async () => {
    const told = ['Failed to load resource: net::ERR_INTERNET_DISCONNECTED']
    const { page, chat } = await open(path, { told })
    await page.context().setOffline(true)
    await chat.say('Say hi.')
    await chat.fault.waitFor()
    expect(await chat.fault.getByRole('paragraph').allTextContents()).toEqual([
      'There is no connection to the server.',
    ])
    await page.context().setOffline(false)
    await chat.tryAgain.click()
    await chat.answer.getByText('You said: Say hi.').waitFor()
  })

  test('a route that fails', async () => {
    const told = [
      'Failed to load resource: the server responded with a status of 500 (Internal Server Error)',
    ]
    const { page, chat } = await open(path, { told })
    const parts = [{ type: 'text', text: 'Hi' }]
    const kept = JSON.stringify([{ id: '1', role: 'nobody', content: 'Hi', parts }])
    await page.evaluate(`sessionStorage.setItem('${keptAs}', '${kept}')`)
    await page.reload()
    await chat.say('Say hi.')
    await chat.fault.waitFor()
    expect(await chat.fault.getByRole('paragraph').allTextContents()).toEqual(['Something went wrong.'])
  })

  test.for(['missing', 'expired'])('a login that is %s; another try works after a login', async (state) => {
    const authFile = join(app.home, `${state}-${keptAs}.json`)
    if (state === 'expired') {
      await writeFile(authFile, JSON.stringify(server.login({ expiresInSeconds: -60 })), { mode: 0o600 })
      server.answerToken({ type: 'error', status: 400, body: { error: 'invalid_grant' } })
    }
    const other = await startWith(authFile)
    onTestFinished(() => other.close())
    const { chat } = await open(path, { url: other.url })
    await chat.say('Say hi.')
    await chat.fault.waitFor()
    expect(await chat.fault.getByRole('paragraph').allTextContents()).toEqual([
      'The server is not logged in, or its login has ended.',
    ])
    await expect.poll(other.complaints).toContain('npx ai-sdk-provider-codex login')

    await writeFile(authFile, JSON.stringify(server.login()), { mode: 0o600 })
    await chat.tryAgain.click()
    await chat.answer.getByText('You said: Say hi.').waitFor()
  })

  test.for([375, 320])(
    'on a phone %s px wide, no link or button wraps, and nothing sticks out',
    async (width) => {
      const { page } = await open(path)
      await page.setViewportSize({ width, height: 667 })
      const heights = await page
        .locator('nav a, button')
        .evaluateAll((all) => all.map((one) => one.getBoundingClientRect().height))
      // Lines are 24 px high, and buttons have an edge.
      expect(Math.max(...heights)).toBeLessThan(48)
      for (const part of ['html', 'main']) {
        expect(await page.locator(part).evaluate((element) => element.scrollWidth)).toBe(width)
      }
    },
  )

  test('a reload keeps the chat; a new one forgets it', async () => {
    const { page, chat } = await open(path)
    await chat.say('My name is Ada.')
    await chat.answer.getByText('You said: My name is Ada.').waitFor()
    await chat.ready()
    await page.reload()
    await chat.answer.getByText('You said: My name is Ada.').waitFor()
    await chat.say('Who am I?')
    await chat.answer.getByText('You said: Who am I?').waitFor()
    expect(lastInput()).toContain('My name is Ada.')

    await chat.ready()
    await chat.newChat.click()
    await page.reload()
    await chat.say('Hello.')
    await chat.answer.getByText('You said: Hello.').waitFor()
    expect(lastInput()).not.toContain('Ada')
  })

  test('a reload while an answer comes ends it at the backend', async () => {
    const { page, chat } = await open(path)
    const held = holdAnswer(server)
    const asked = server.nextRequest('/responses')
    await chat.say('Count.')
    held.send(CREATED, messageAdded(), delta('One, two'))
    await chat.answer.getByText('One, two').waitFor()
    await page.reload()
    expect(await (await asked).closed).toBe('aborted')
    await chat.answer.getByText('One, two').waitFor()
  })
})

test.for([
  {
    route: '/api/chat',
    part: {
      type: 'tool-invocation',
      toolInvocation: { state: 'call', toolCallId: 'call_1', toolName: 'weather', args: { city: 'Oslo' } },
    },
  },
  {
    route: '/api/chat-v7',
    part: { type: 'tool-weather', state: 'input-available', toolCallId: 'call_1', input: { city: 'Oslo' } },
  },
])('$route leaves out a call that was stopped while its tool ran', async ({ route, part }) => {
  const says = (id: string, role: string, content: string, ...parts: object[]) => ({
    id,
    role,
    content,
    parts: [{ type: 'text', text: content }, ...parts],
  })
  const messages = [
    says('1', 'user', 'How is the weather?'),
    says('2', 'assistant', 'One moment.', part),
    says('3', 'user', 'Never mind.'),
  ]
  const response = await fetch(running.url + route, { method: 'POST', body: JSON.stringify({ messages }) })
  expect(await response.text()).toContain('said:')
  expect(lastInput()).toContain('One moment.')
  expect(lastInput()).not.toContain('call_1')
})

const search = (event: 'added' | 'done', more: object) => ({
  type: `response.output_item.${event}`,
  output_index: 0,
  item: { id: 'ws_1', type: 'web_search_call', ...more },
})

const SOURCES = [
  { type: 'url', url: 'https://www.example.com/snow' },
  { type: 'url', url: 'https://example.org/ice' },
  { type: 'url', url: 'javascript:alert(1)' },
]

const CITING = 'It snows ([example.com](https://www.example.com/snow)). Wear a coat.'

const cites = (url: string, start: number, end: number) => ({
  type: 'url_citation',
  url,
  title: `About ${url.slice(0, 30)}`,
  start_index: start,
  end_index: end,
})

/** An answer that cites a source in Markdown, one by its words, and one that no link may lead to. */
const citing = (index: number) => {
  const done = message(CITING, index)
  const annotations = [
    cites('https://www.example.com/snow', CITING.indexOf('('), CITING.indexOf('. Wear')),
    cites('https://example.net/coats', CITING.indexOf('Wear'), CITING.length - 1),
    cites('javascript:alert(2)', 0, 2),
    cites('https://example.net/nowhere', 900, 901),
  ]
  return {
    ...done,
    item: { ...Object(done.item), content: [{ type: 'output_text', text: CITING, annotations }] },
  }
}

describe('web search', { timeout: 60_000 }, () => {
  test('is shown as it happens, and its sources where the text cites them', async () => {
    const { page, chat } = await open('/v7')
    const held = holdAnswer(server)
    const note = page.getByRole('status')
    await chat.say('Does it snow?')
    held.send(CREATED, search('added', { status: 'in_progress' }))
    await note.getByText('Searching the web…').waitFor()
    held.send(
      search('done', { status: 'completed', action: { type: 'search', query: 'snow', sources: SOURCES } }),
    )
    await note.getByText('Searched the web for “snow”').waitFor()
    held.end(messageAdded(1), delta(CITING, 1), citing(1), completed())
    await chat.ready()

    const text = chat.answer.getByText('It snows')
    expect(await text.textContent()).toBe('It snows example.com. Wear a coatexample.net.')
    const links = await text
      .getByRole('link')
      .evaluateAll((all) => all.map((link) => [link.getAttribute('href'), link.getAttribute('rel')]))
    expect(links).toEqual([
      ['https://www.example.com/snow', 'noopener noreferrer nofollow'],
      ['https://example.net/coats', 'noopener noreferrer nofollow'],
    ])

    const list = page.getByRole('navigation', { name: 'Sources' })
    const hrefs = await list
      .getByRole('link')
      .evaluateAll((all) => all.map((link) => link.getAttribute('href')))
    expect(hrefs).toEqual([
      'https://www.example.com/snow',
      'https://example.net/coats',
      'https://example.net/nowhere',
      'https://example.org/ice',
    ])
    // As text: nobody can click on it.
    expect(await list.getByRole('listitem').allTextContents()).toContain('javascript:alert(1)')

    await chat.say('Thanks.')
    await chat.answer.getByText('You said: Thanks.').waitFor()
    expect(lastInput()).toContain('It snows')
  })

  test('that is stopped says so, and the chat goes on', async () => {
    const { page, chat } = await open('/v7')
    const held = holdAnswer(server)
    await chat.say('Does it snow?')
    held.send(CREATED, search('added', { status: 'in_progress' }))
    await page.getByRole('status').getByText('Searching the web…').waitFor()
    await chat.stop.click()
    await page.getByRole('status').getByText('The search was stopped.').waitFor()
    await chat.say('Never mind.')
    await chat.answer.getByText('You said: Never mind.').waitFor()
  })

  test('that failed says so', async () => {
    const { page, chat } = await open('/v7')
    const events = [CREATED, search('done', { status: 'failed' }), message('I do not know.', 1), completed()]
    server.answer({ type: 'events', events })
    await chat.say('Does it snow?')
    await chat.answer.getByText('I do not know.').waitFor()
    expect(await page.getByRole('status').textContent()).toBe('The search failed.')
  })

  test('lists its sources on ai 4', async () => {
    const { page, chat } = await open('/')
    const action = { type: 'search', query: 'snow', sources: SOURCES }
    server.answer({
      type: 'events',
      events: [CREATED, search('done', { status: 'completed', action }), citing(1), completed()],
    })
    await chat.say('Does it snow?')
    await chat.answer.getByText('It snows').waitFor()
    await chat.ready()
    const links = page.getByRole('navigation', { name: 'Sources' }).getByRole('link')
    expect(await links.count()).toBe(4)
    expect(await links.first().getAttribute('href')).toBe('https://www.example.com/snow')
  })
})

/** Squares of one pixel. */
const PICTURES = [
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAIAAACQd1PeAAAADElEQVR4nGP4z8AAAAMBAQDJ/pLvAAAAAElFTkSuQmCC',
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAIAAACQd1PeAAAADElEQVR4nGNgWMAAAAFEAKH5ZOq+AAAAAElFTkSuQmCC',
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAIAAACQd1PeAAAADElEQVR4nGNgYPgPAAEDAQAIicLsAAAAAElFTkSuQmCC',
]

test('a picture grows on the page, and is there in the next turn and after a reload', async () => {
  const { page, chat } = await open('/v7')
  const held = holdAnswer(server)
  const [first = '', second = '', last = ''] = PICTURES
  const drawing = (event: 'added' | 'done', more: object) => ({
    type: `response.output_item.${event}`,
    output_index: 0,
    item: { id: 'ig_1', type: 'image_generation_call', output_format: 'png', ...more },
  })
  const preview = (index: number, data: string) => ({
    type: 'response.image_generation_call.partial_image',
    output_index: 0,
    item_id: 'ig_1',
    partial_image_index: index,
    partial_image_b64: data,
  })
  const shows = (picture: string, isGrowing: boolean) =>
    page.locator(`figure[aria-busy="${isGrowing}"] img[src="data:image/png;base64,${picture}"]`).waitFor()

  await chat.say('Draw a square.')
  held.send(CREATED, drawing('added', { status: 'in_progress' }))
  await page.getByRole('status').getByText('Drawing…').waitFor()
  held.send(preview(0, first))
  await shows(first, true)
  held.send(preview(1, second))
  await shows(second, true)
  held.end(drawing('done', { status: 'completed', result: last }), message('Here it is.', 1), completed())
  await shows(last, false)
  await chat.ready()
  expect(await page.locator('img').count()).toBe(1)
  expect(
    await page.locator('img').evaluate((image) => (image as { naturalWidth?: number }).naturalWidth),
  ).toBe(1)

  await page.reload()
  await shows(last, false)
  await chat.say('Nice.')
  await chat.answer.getByText('You said: Nice.').waitFor()
  expect(lastInput()).toContain(last)
})

test('a chat that the tab has no room for goes on, and is not kept', async () => {
  const { page, chat } = await open('/v7')
  await page.evaluate(`for (let size = 2 ** 23; size >= 1; size /= 2) {
    try {
      sessionStorage.setItem('other', (sessionStorage.getItem('other') ?? '') + 'x'.repeat(size))
    } catch {}
  }`)
  await chat.say('Hello.')
  await chat.answer.getByText('You said: Hello.').waitFor()
  await chat.ready()
  await page.reload()
  await chat.ready()
  expect(await chat.log.textContent()).toBe('')
})

testPlan(() => ({ app, browser, codex: server }))

describe('the edge route', () => {
  const post = (headers: Record<string, string>) =>
    fetch(`${running.url}/api/chat-edge`, {
      method: 'POST',
      headers,
      body: JSON.stringify({ messages: [{ role: 'user', content: 'Say hi.' }] }),
    })

  test('runs on the token that the request brings', async () => {
    const { access_token: token } = server.login({ accountId: 'acct-edge' }).tokens
    const response = await post({ authorization: `Bearer ${token}` })
    const said = [...(await response.text()).matchAll(/^0:(.*)$/gm)].map(([, text]) => JSON.parse(text ?? ''))
    expect(said.join('')).toBe('You said: Say hi.')
    const { headers } = server.responseRequests.at(-1) ?? {}
    expect(headers).toMatchObject({ authorization: `Bearer ${token}`, 'chatgpt-account-id': 'acct-edge' })
  })

  test('says in words that a token is wrong', async () => {
    const response = await post({ authorization: 'Bearer nonsense' })
    const [, fault = ''] = /^3:(.*)$/m.exec(await response.text()) ?? []
    const message = 'The server is not logged in, or its login has ended.'
    expect(JSON.parse(JSON.parse(fault))).toEqual({ message })
    await expect.poll(running.complaints).toContain('The Codex access token was refused by the backend')
  })

  test('asks for one', async () => {
    const before = server.requests.length
    expect((await post({})).status).toBe(401)
    expect(server.requests).toHaveLength(before)
  })
})
