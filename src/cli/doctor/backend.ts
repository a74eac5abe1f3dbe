import { parseObject } from '../../lib/json.ts'
import type { CodexPart, CodexUsage } from '../../parts/part.ts'
import type { CodexAssistantPart, CodexCall } from '../../request/call.ts'
import { assertComplete, readParts, userCall } from '../call.ts'
import { type Check, type DoctorContext, type Outcome, ok, skipped, warning } from './check.ts'
import { CheckError } from './explain.ts'

export const models: Check = {
  id: 'models',
  title: 'Models',
  async run(context) {
    const { core, modelId, signal } = context
    const list = await core.models(signal)
    context.models = list
    if (list.some(({ id }) => id === modelId)) return ok(`${list.length} models, ${modelId} among them`)
    return warning(
      `${list.length} models, but not the one of these checks`,
      'Choose one of them with --model.',
    )
  },
}

/** Long enough for the backend's prompt cache, which starts at 1,024 tokens. */
const LONG_SYSTEM = 'These lines are filler that a test of the prompt cache needs. Ignore them. '.repeat(100)
const GREETING = 'Reply with the word OK.'

export const answer: Check = {
  id: 'answer',
  title: 'Answer',
  async run(context) {
    const start = performance.now()
    let firstTextAt: number | undefined
    const { text } = await ask(context, greeting(context), () => {
      firstTextAt ??= performance.now()
    })
    assertText(text)
    context.hasAnswered = true
    const seconds = (((firstTextAt ?? start) - start) / 1000).toFixed(1)
    return ok(`streamed, first text after ${seconds} s`)
  },
}

const greeting = ({ signal }: DoctorContext): CodexCall => userCall(GREETING, { system: LONG_SYSTEM, signal })

const CODE = 'K7Q2'

export const toolLoop: Check = {
  id: 'tools',
  title: 'Tool loop',
  run: afterAnswer(async (context) => {
    const call: CodexCall = {
      ...userCall('Call the tool get_code, then reply with the code that it returns.', context),
      tools: [
        {
          type: 'function',
          name: 'get_code',
          description: 'Returns a code.',
          schema: { type: 'object', properties: {}, additionalProperties: false },
        },
      ],
    }
    const first = await ask(context, call)
    const callIds = first.content.flatMap((part) => (part.type === 'tool-call' ? [part.callId] : []))
    if (callIds.length === 0) throw new CheckError('the model did not call the tool')
    const second = await ask(context, {
      ...call,
      messages: [
        ...call.messages,
        { role: 'assistant', content: first.content },
        {
          role: 'tool',
          content: callIds.map((callId) => ({ callId, output: { type: 'value', value: CODE } })),
        },
      ],
    })
    if (!second.text.includes(CODE)) throw new CheckError('the answer does not use the result of the tool')
    return ok('the model called a tool and used its result')
  }),
}

const OBJECT_SCHEMA = {
  type: 'object',
  properties: { word: { type: 'string' } },
  required: ['word'],
  additionalProperties: false,
}

export const object: Check = {
  id: 'object',
  title: 'Object',
  run: afterAnswer(async (context) => {
    const { text } = await ask(context, {
      ...userCall('Return this word: apple', context),
      output: { type: 'json', schema: OBJECT_SCHEMA, name: 'word' },
    })
    if (typeof parseObject(text)?.word !== 'string')
      throw new CheckError('the answer does not match the schema')
    return ok('the answer matches the schema')
  }),
}

/** 16 × 16 red pixels. */
const RED_PNG =
  'iVBORw0KGgoAAAANSUhEUgAAABAAAAAQAQMAAAAlPW0iAAAAA1BMVEX/AAAZ4gk3AAAADElEQVR42mNgIA0AAAAwAAEodEl9AAAAAElFTkSuQmCC'

export const image: Check = {
  id: 'image',
  title: 'Image',
  run: afterAnswer(async (context) => {
    const model = context.models?.find(({ id }) => id === context.modelId)
    if (model?.inputModalities && !model.inputModalities.includes('image')) {
      return skipped('the model takes no images')
    }
    const call = userCall('Which color is this image? Reply with one word.', context)
    const { text } = await ask(context, {
      ...call,
      messages: call.messages.map((message) =>
        message.role === 'user'
          ? {
              ...message,
              content: [...message.content, { type: 'image', data: RED_PNG, mediaType: 'image/png' }],
            }
          : message,
      ),
    })
    assertText(text)
    return ok('the model takes images')
  }),
}

export const cache: Check = {
  id: 'cache',
  title: 'Prompt cache',
  run: afterAnswer(async (context) => {
    const { usage } = await ask(context, greeting(context))
    if (usage?.cachedInputTokens) return ok(`${usage.cachedInputTokens} of ${usage.inputTokens} input tokens`)
    return warning(
      'a repeated request was not cached',
      'This happens now and then. If it happens each time, report it with this output.',
    )
  }),
}

/** Skips a check where no model has answered: it would fail for the same reason. */
function afterAnswer(run: (context: DoctorContext) => Promise<Outcome>): Check['run'] {
  return async (context) => (context.hasAnswered ? run(context) : skipped('no answer from the model'))
}

interface Reply {
  text: string
  /** The answer as the next request repeats it. */
  content: CodexAssistantPart[]
  usage: CodexUsage | undefined
}

async function ask({ core, modelId }: DoctorContext, call: CodexCall, onText = () => {}): Promise<Reply> {
  const answer = await core.model(modelId, { reasoningEffort: 'low' }).answer(call)
  const reply: Reply = { text: '', content: [], usage: undefined }
  await readParts(answer, (part) => {
    if (part.type === 'text-delta') onText()
    if (part.type === 'finish' && part.reason !== 'tool-calls') assertComplete(part)
    addPart(reply, part)
  })
  return reply
}

function addPart(reply: Reply, part: CodexPart): void {
  if (part.type === 'text-delta') reply.text += part.delta
  if (part.type === 'reasoning-end' && part.encryptedContent !== undefined) {
    reply.content.push({ type: 'reasoning', summary: [], encryptedContent: part.encryptedContent })
  }
  if (part.type === 'tool-call') {
    const { callId, name, namespace } = part
    reply.content.push({ type: 'tool-call', callId, name, input: parseObject(part.input) ?? {}, namespace })
  }
  if (part.type === 'finish') reply.usage = part.usage
}

function assertText(text: string): void {
  if (text.trim() === '') throw new CheckError('the model returned no text')
}
