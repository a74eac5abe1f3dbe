/** The route that the contract runs on: `--mode chatgpt` is the second one. */
export const ROUTE = process.env.TEST_TIER === 'chatgpt' ? 'chatgpt' : 'codex'
