import { onTestFinished, test } from 'vitest'
import { WebSocket } from 'ws'
import type { CodexProviderSettings } from '../../../src/core/settings.ts'
import { DEFAULT_INSTRUCTIONS } from '../../../src/instructions/base.ts'
import { startCodexServer } from '../../../src/testing/server.ts'
import type { AuthJson, CodexServer, JsonObject, LoginOptions } from '../../../src/testing/types.ts'
import { writeAuthFile } from '../../support/provider.ts'
import type { Codex, Driver, Way } from './ask.ts'
import { DRIVERS } from './drivers.ts'
import { ON, ROUTE } from './route.ts'

// Warnings are looked at where `ai` hands them on, and need not be printed.
Object.assign(globalThis, { AI_SDK_LOG_WARNINGS: false })

/** For tests of what only HTTP has: bodies that are not events, connections, the bytes of a request. */
export const OVER_HTTP = { transport: 'http' } as const

/** A model of each shape that requests have; on a route with one shape, both have it. */
export const SHAPES = [
  { model: 'gpt-5.5', shape: ON.olderShape },
  { model: 'gpt-6.1-sol', shape: 'lite' },
] as const

/** One provider on a stand-in server of its own, and the way to ask it. */
export interface Contract {
  readonly ai: Driver
  /** By `generateText` or `streamText`. */
  readonly ask: Way['run']
  readonly way: Way['way']
  /** Starts server and provider; all is closed when the test ends. */
  start(settings?: CodexProviderSettings, login?: LoginOptions): Promise<Started>
}

export interface Started {
  readonly codex: Codex
  readonly server: CodexServer
  readonly login: AuthJson
}

export async function startWith(
  ai: Driver,
  settings: CodexProviderSettings,
  options?: LoginOptions,
): Promise<Started> {
  const server = await startCodexServer({ route: ROUTE })
  onTestFinished(() => server.close())
  const login = server.login(options)
  const authFile = await writeAuthFile(ON.loginFile(login, server.issuer))
  if (ROUTE === 'chatgpt') return { codex: createOnPlan(ai, server, authFile, settings), server, login }
  const codex = ai.createCodex({
    baseURL: server.baseURL,
    issuer: server.issuer,
    authFile,
    // The base instructions of the original ids would be looked for outside of this machine.
    instructions: DEFAULT_INSTRUCTIONS,
    ...(process.env.TEST_TIER === 'websocket' ? { transport: 'websocket', webSocket: WebSocket } : {}),
    ...settings,
  })
  return { codex, server, login }
}

/** The same provider on the ChatGPT route, without the settings that are about Codex alone. */
function createOnPlan(
  ai: Driver,
  server: CodexServer,
  authFile: string,
  {
    codexMode,
    originator,
    clientVersion,
    accountId,
    transport,
    webSocket,
    ...settings
  }: CodexProviderSettings,
): Codex {
  return ai.createChatGPT({
    appName: 'Contract',
    baseURL: server.baseURL,
    issuer: server.issuer,
    authFile,
    ...settings,
  })
}

type Run<T> = (contract: T) => Promise<void>

/** One test for each major of `ai`: a row of the contract. */
export function eachAI(
  name: string,
  run: Run<Pick<Contract, 'ai' | 'start'>>,
  drivers: readonly Driver[] = DRIVERS,
): void {
  for (const ai of drivers) {
    test(`${ai.name} · ${name}`, () =>
      run({ ai, start: (settings = {}, login) => startWith(ai, settings, login) }))
  }
}

/** A test for each major of what a request holds, which is the same whichever function asks. */
export function eachRequest(name: string, run: Run<Contract>, drivers: readonly Driver[] = DRIVERS): void {
  eachAI(name, (contract) => run({ ...contract, ...wayOf(contract.ai, 'generate') }), drivers)
}

/** Two tests for each major, since `generateText` and `streamText` must give the same. */
export function eachWay(name: string, run: Run<Contract>, drivers: readonly Driver[] = DRIVERS): void {
  for (const way of ['generate', 'stream'] as const) {
    eachAI(`${name}, ${way}`, (contract) => run({ ...contract, ...wayOf(contract.ai, way) }), drivers)
  }
}

/** As {@link eachWay}, in one test and all at once: for what mostly waits. */
export function allWays(name: string, run: Run<Contract>): void {
  test(name, async () => {
    const runs = DRIVERS.flatMap((ai) =>
      ai.ways.map(async ({ way, run: ask }) => {
        try {
          await run({ ai, way, ask, start: (settings = {}, login) => startWith(ai, settings, login) })
        } catch (cause) {
          throw new Error(`${ai.name}, ${way}`, { cause })
        }
      }),
    )
    await Promise.all(runs)
  })
}

/** Registers what the Codex route alone has, each with the reason; `--mode chatgpt` has no such tests. */
export function onCodexOnly(_reason: string, register: () => void): void {
  if (ROUTE === 'codex') register()
}

export function wayOf(ai: Driver, way: Way['way']): Pick<Contract, 'way' | 'ask'> {
  const found = ai.ways.find((candidate) => candidate.way === way)
  if (!found) throw new Error(`No way to ${way}`)
  return { way, ask: found.run }
}

/** The tools of a request, wherever they stand. */
export const toolsOf = (body: { input: readonly JsonObject[]; tools?: unknown }): unknown =>
  body.tools ?? body.input.find(({ type }) => type === 'additional_tools')?.tools

/** The items of a request from the last user message on. */
export function turnOf(body: { input: readonly JsonObject[] }): readonly JsonObject[] {
  return body.input.slice(body.input.findIndex((item) => item.role === 'user'))
}

/** In short what the items of a request are. */
export const outlineOf = (items: readonly JsonObject[]): unknown[] =>
  items.map((item) => item.encrypted_content ?? item.role ?? item.type)

/** Requests that the stand-in refused, for a reason that the backend has. */
export const refusals = ({ requests }: CodexServer): unknown[] =>
  requests.flatMap(({ refusedBy }) => (refusedBy === undefined ? [] : [refusedBy]))
