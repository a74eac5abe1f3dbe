import { PassThrough } from 'node:stream'
import type { Browser, Locator, Page } from 'playwright-core'
import { expect, onTestFinished } from 'vitest'
import type { CodexServer, JsonObject } from '../../src/testing/types.ts'
import { ev } from '../adapters/v1/support.ts'
import { openPage } from './browser.ts'

/** What a person sees of the chat, and does with it. */
export interface Chat {
  /** Writes a message and sends it by the button. */
  say(text: string): Promise<void>
  /** The last message of the model. */
  readonly answer: Locator
  /** All that was said, by whomever. */
  readonly log: Locator
  readonly fault: Locator
  readonly tryAgain: Locator
  readonly newChat: Locator
  readonly stop: Locator
  /** Settles when the chat takes the next message. */
  ready(): Promise<void>
}

/** Opens a chat, which must have asked nobody else and told of no other error by the end of the test. */
export async function openChat(browser: Browser, url: string, told: string[] = []) {
  const { page, strayRequests, errors } = await openPage(browser, url)
  onTestFinished(async () => {
    await page.context().close()
    // One by one: Next asks again for what it fetches ahead.
    expect({ strayRequests, errors: [...new Set(errors)] }).toEqual({ strayRequests: [], errors: told })
  })
  return { page, chat: chatOn(page) }
}

function chatOn(page: Page): Chat {
  const send = page.getByRole('button', { name: 'Send' })
  return {
    async say(text) {
      await page.getByRole('textbox', { name: 'Message' }).fill(text)
      await send.click()
    },
    answer: page.locator('.assistant').last(),
    log: page.getByRole('log'),
    fault: page.getByRole('log').getByRole('alert'),
    tryAgain: page.getByRole('button', { name: 'Try again' }),
    newChat: page.getByRole('button', { name: 'New chat' }),
    stop: page.getByRole('button', { name: 'Stop' }),
    ready: () => send.waitFor(),
  }
}

/** Holds the server's next answer open: its events are sent when the test says so. */
export function holdAnswer(server: CodexServer) {
  const chunks = new PassThrough()
  server.answer({ type: 'raw', chunks })
  return {
    send: (...events: JsonObject[]) => void chunks.write(events.map(ev).join('')),
    end: (...events: JsonObject[]) => void chunks.end(events.map(ev).join('')),
  }
}
