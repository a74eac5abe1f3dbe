import { fork } from 'node:child_process'
import { once } from 'node:events'

/** Starts `server.ts` in a process of its own, so that its CPU time is not part of the figures. */
export async function startServer(): Promise<{ origin: string; stop: () => void }> {
  const server = fork(new URL('./server.ts', import.meta.url), { execArgv: ['--import', 'tsx'] })
  const [port] = await once(server, 'message')
  return { origin: `http://127.0.0.1:${port}`, stop: () => server.disconnect() }
}
