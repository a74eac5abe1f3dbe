import { asObject, isObject } from '../../../src/lib/json.ts'
import type { Seen, SeenStep } from './ask.ts'

/** What is seen of a call that came to nothing. */
const EMPTY_STEP: SeenStep = {
  text: '',
  reasoning: [],
  calls: [],
  results: [],
  sources: [],
  files: [],
  usage: { input: undefined, output: undefined, cached: undefined, reasoning: undefined },
  finishReason: 'error',
  rawFinishReason: undefined,
  approvals: [],
  warnings: [],
  metadata: {},
  response: { id: undefined, modelId: undefined, timestamp: undefined, headers: {} },
  requestBody: {},
}

/** Puts steps and errors together; `said` is what a stream said piece by piece. */
export function toSeen(
  seen: Partial<Pick<Seen, 'steps' | 'said' | 'errors' | 'isAborted' | 'messages'>>,
): Seen {
  const { steps = [], errors = [], isAborted = false, messages = [] } = seen
  const said = seen.said ?? steps.map(({ text }) => text).join('')
  return { ...(steps.at(-1) ?? EMPTY_STEP), steps, said, errors, isAborted, messages }
}

/** What a warning is about, and what it says, whatever the form that the major has for it. */
export function warningText(warning: unknown): string {
  const { type, setting, feature, tool, details, message } = asObject(warning)
  const about = setting ?? feature ?? (isObject(tool) ? tool.name : undefined)
  return [type, about, details ?? message].filter((word) => typeof word === 'string').join(': ')
}
