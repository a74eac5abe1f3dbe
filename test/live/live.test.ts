/** `npm run test:live`: the scenarios on your own login, with about ten short requests on your plan. */
import { codex } from 'ai-sdk-provider-codex'
import { describe, test } from 'vitest'
import { DEFAULT_MODEL } from '../../src/cli/args.ts'
import { inspectLogin } from '../../src/cli/inspect-login.ts'
import { SCENARIOS } from './scenarios.ts'

const { isUsable, problems } = await inspectLogin({ authFile: undefined, now: Date.now() })
const modelId = process.env.CODEX_LIVE_MODEL || DEFAULT_MODEL

if (!isUsable) test.skip(`no usable login: ${problems[0]?.message}`)
else {
  describe(`${modelId}, on your own login`, () => {
    test.each(SCENARIOS)('$name', ({ run }) => run(codex, modelId))
  })
}
