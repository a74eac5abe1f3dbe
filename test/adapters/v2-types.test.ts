import type * as ai4 from 'ai'
import * as ai5 from 'ai5'
import * as ai6 from 'ai6'
import * as ai7 from 'ai7'
import { expect, it } from 'vitest'
import { createCodex as createV1 } from '../../src/index.ts'
import { createCodex as createV2 } from '../../src/v2.ts'
import { createCodex as createV3 } from '../../src/v3.ts'
import { createCodex as createV4 } from '../../src/v4.ts'

type ModelOf<Generate extends (options: never) => unknown> = Parameters<Generate>[0] extends {
  model: infer Model
}
  ? Model
  : never

/** Never called: the type checker reads it. */
function pairs(
  a4: (model: ModelOf<typeof ai4.generateText>) => void,
  a5: (model: ModelOf<typeof ai5.generateText>) => void,
  a6: (model: ModelOf<typeof ai6.generateText>) => void,
  a7: (model: ModelOf<typeof ai7.generateText>) => void,
): void {
  const [v1, v2, v3, v4] = [createV1(), createV2(), createV3(), createV4()]
  a4(v1('m'))
  a5(v2('m'))
  a6(v2('m'))
  a7(v2('m'))
  a6(v3('m'))
  a7(v3('m'))
  a7(v4('m'))
  // @ts-expect-error `ai` 4 takes no V2
  a4(v2('m'))
  // @ts-expect-error `ai` 4 takes no V3
  a4(v3('m'))
  // @ts-expect-error `ai` 4 takes no V4
  a4(v4('m'))
  // @ts-expect-error `ai` 5 takes no V1
  a5(v1('m'))
  // @ts-expect-error `ai` 5 takes no V3
  a5(v3('m'))
  // @ts-expect-error `ai` 5 takes no V4
  a5(v4('m'))
  // @ts-expect-error `ai` 6 takes no V1
  a6(v1('m'))
  // @ts-expect-error `ai` 6 takes no V4
  a6(v4('m'))
  // @ts-expect-error `ai` 7 takes no V1
  a7(v1('m'))
}

/** Never called: tools of each entry in the majors that take its models. */
function tools(): void {
  const [v2, v3, v4] = [createV2(), createV3(), createV4()]
  const own = { execute: async () => 'x' }
  const prompt = 'hi'
  void ai5.generateText({
    model: v2('m'),
    prompt,
    tools: {
      a: v2.tools.webSearch(),
      b: v2.tools.localShell(own),
      c: v2.tools.custom(),
      d: v2.tools.imageGeneration(),
    },
  })
  void ai6.generateText({
    model: v3('m'),
    prompt,
    tools: {
      a: v3.tools.webSearch(),
      b: v3.tools.localShell(own),
      c: v3.tools.custom(),
      d: v3.tools.imageGeneration(),
    },
  })
  void ai7.generateText({
    model: v3('m'),
    prompt,
    tools: {
      a: v3.tools.webSearch(),
      b: v3.tools.localShell(own),
      c: v3.tools.custom(),
      d: v3.tools.imageGeneration(),
    },
  })
  void ai7.generateText({
    model: v4('m'),
    prompt,
    tools: {
      a: v4.tools.webSearch(),
      b: v4.tools.localShell(own),
      c: v4.tools.custom(),
      d: v4.tools.imageGeneration(),
    },
  })
  // @ts-expect-error ai 6 calls it `provider`
  void ai6.generateText({ model: v3('m'), prompt, tools: { a: v2.tools.webSearch() } })
  // @ts-expect-error no such argument
  v2.tools.webSearch({ searchContextSize: 'huge' })
}

it('the types are checked by the type checker', () => {
  expect([pairs, tools].every((check) => typeof check === 'function')).toBe(true)
})

it('all four entries export the same names', async () => {
  const entries = await Promise.all([
    import('../../src/index.ts'),
    import('../../src/v2.ts'),
    import('../../src/v3.ts'),
    import('../../src/v4.ts'),
  ])
  const [first, ...others] = entries.map((entry) => Object.keys(entry).sort())
  for (const other of others) expect(other).toEqual(first)
  const [names, ...more] = [createV1(), createV2(), createV3(), createV4()].map(({ tools }) =>
    Object.keys(tools).sort(),
  )
  for (const other of more) expect(other).toEqual(names)
})
