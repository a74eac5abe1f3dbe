import { type Browser, chromium, type Page } from 'playwright-core'

/** Starts headless Chromium, the one of the system or the one that `CHROMIUM_BIN` names; it asks nobody for anything by itself. */
export function startBrowser(): Promise<Browser> {
  return chromium.launch({
    executablePath: process.env.CHROMIUM_BIN || '/usr/bin/chromium',
    args: [
      '--no-sandbox',
      '--disable-gpu',
      '--disable-quic',
      '--disable-background-networking',
      '--disable-component-update',
      '--disable-sync',
    ],
  })
}

/** A page and what went wrong in it. */
export interface Watched {
  readonly page: Page
  /** Addresses beyond the app that it asked. */
  readonly strayRequests: readonly string[]
  /** Errors of its console and its scripts. */
  readonly errors: readonly string[]
}

/** Opens a page of the app, with the clock of Tokyo. */
export async function openPage(browser: Browser, url: string): Promise<Watched> {
  const context = await browser.newContext({
    timezoneId: 'Asia/Tokyo',
    viewport: { width: 800, height: 700 },
  })
  const page = await context.newPage()
  const strayRequests: string[] = []
  const errors: string[] = []
  const { origin } = new URL(url)
  page.on('request', (request) => {
    if (new URL(request.url()).origin !== origin) strayRequests.push(request.url())
  })
  page.on('pageerror', (error) => errors.push(error.message))
  page.on('console', (message) => {
    if (message.type() === 'error') errors.push(message.text())
  })
  await page.goto(url)
  return { page, strayRequests, errors }
}
