/** The route that the contract runs on: `--mode chatgpt` is the second one. */
export const ROUTE = process.env.TEST_TIER === 'chatgpt' ? 'chatgpt' : 'codex'

/** Start of the messages of errors. */
export const API_ERROR = ROUTE === 'chatgpt' ? 'ChatGPT API error' : 'Codex API error'

/** Tests that `--mode chatgpt` leaves out, since they are about the Codex route alone: the start of each name, and why. */
const CODEX_ALONE: ReadonlyArray<readonly [reason: string, ...names: string[]]> = [
  [
    'base instructions, the tool bridge and codexMode are of the Codex route',
    'Codex mode on: base, system text, a bridge for tools',
    'Codex mode off',
    'an entry of the catalogue counts in each mode',
    'a system text of another tool chain',
    'is answered as developer input',
  ],
  [
    'a plan does not cover these hosted tools',
    'a generated image is a file',
    'goes on in the next turn as an image of the user',
    'a local shell runs where the app is',
  ],
  [
    'plan, limits, session headers and turn state come and go in headers that this route does not have',
    'metadata of the answer',
    'by the headers, with the times',
    'by events, wherever they come',
    'a key of any length',
    'a repeat carries the state of its turn',
  ],
  [
    'the backend takes no items that change the effort: they stay away',
    'a change goes as an item',
    'it survives JSON, and a turn with tools',
    'over a WebSocket, only what is new goes out',
    'a backend that takes no such item',
  ],
  ['one account is used at a time', 'withAuth'],
  ['usage is not reported', 'models() and usage()', 'is an error\n'],
  [
    'the words name Codex: test/contract/plan.test.ts has the ones of this route',
    'user-agent: ours first, theirs after',
    'telemetry on: it is told, and no secret with it',
    'the model has what its version asks for',
    'a setting that there is none of is ignored',
    'an option that is not taken: {"codex":{"reasoningEfort"',
  ],
  [
    'accountId, originator and clientVersion are not settings of this route',
    'a line break',
    'a line feed',
    'a NUL',
    'beyond Latin-1',
  ],
  [
    'the answer is one of the Codex backend: test/contract/plan.test.ts has the 401s of this route',
    'reset, 401, reasoning',
    'a repeat goes out with the tokens of its time',
    'a 401 counts once, whatever was mended between',
    'after a 401 settles',
    'no login is a CodexAuthError',
    'an expired login is renewed once for all calls',
    'a token endpoint that stalls',
    'ten calls with an expired token',
    'tokens that another process wrote meanwhile',
    'without newer tokens: an error that says why',
  ],
  [
    'the place in the request: a classic request has its tools on top, and one item more before the history',
    'named by its place',
    'a schema of zod',
    'a schema beyond the limits of strict mode',
    'options of a tool are used, or warned of',
  ],
  [
    'no verbosity and no search sources are asked for that nobody wants',
    'text: text is left out',
    'the sources of a search are asked for',
  ],
]

/** Why a test is left out on this route; undefined for one that runs. */
export function reasonToLeaveOut(name: string): string | undefined {
  if (ROUTE === 'codex') return undefined
  const title = `${name.replace(/^BR-\S+(?: \([^)]*\))? /, '')}\n`
  return CODEX_ALONE.find(([, ...names]) => names.some((start) => title.startsWith(start)))?.[0]
}
