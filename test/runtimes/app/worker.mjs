/** For runtimes of workers: the job is the request, what was seen is the response. */
import { runChecks } from './core.mjs'

export default {
  fetch: async (request) => Response.json(await runChecks(await request.json())),
}
