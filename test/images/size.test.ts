import { expect, test } from 'vitest'
import { takesAnySize } from '../../src/images/ids.ts'
import { sizeOf } from '../../src/images/size.ts'
import { createWarningCollector } from '../../src/request/warnings.ts'

function ask(call: { size?: string; aspectRatio?: string }, modelId = 'gpt-image-2') {
  const warnings = createWarningCollector()
  const size = sizeOf({ size: undefined, aspectRatio: undefined, ...call, warnings }, modelId)
  return { size, warnings: warnings.list() }
}

const leftOut = (why: string) => [
  { type: 'setting', setting: 'aspectRatio', details: `aspectRatio is left out: ${why}.` },
]

test('without a size and a ratio, the backend chooses', () => {
  expect(ask({})).toEqual({ size: 'auto', warnings: [] })
})

test.each(['auto', '1024x1024', '1x99999', '640x480'])('the size %s goes out as it is', (size) => {
  expect(ask({ size }, 'gpt-image-1')).toEqual({ size, warnings: [] })
})

test('a size comes before a ratio', () => {
  expect(ask({ size: '640x480', aspectRatio: '16:9' })).toEqual({
    size: '640x480',
    warnings: leftOut('the size is given'),
  })
})

test.each([
  ['1:1', '1024x1024'],
  ['7:7', '1024x1024'],
  ['3:2', '1536x1024'],
  ['2:3', '1024x1536'],
  ['16:9', '1536x864'],
  ['9:16', '864x1536'],
  ['32:18', '1536x864'],
  ['3:1', '2160x720'],
  ['1:3', '720x2160'],
  ['5:4', '1360x1088'],
  ['57:55', '912x880'],
  ['28:27', '1264x1216'],
  // No size of that ratio has half of the pixels.
  ['1000:999', '1248x1248'],
  ['1921:1080', '1664x928'],
])('the largest size of %s is %s', (aspectRatio, size) => {
  expect(ask({ aspectRatio })).toEqual({ size, warnings: [] })
})

test.each(['4:1', '1:4', '3001:1000', '1000:3001'])('%s is too long', (aspectRatio) => {
  expect(ask({ aspectRatio })).toEqual({
    size: 'auto',
    warnings: leftOut('the longer side may be at most 3 times the shorter one'),
  })
})

test.each([
  ['16:9', '1536x1024'],
  ['9:16', '1024x1536'],
  ['4:1', '1536x1024'],
])('a model of three sizes takes the nearest one for %s', (aspectRatio, size) => {
  const details = `gpt-image-1.5 takes no aspect ratio of ${aspectRatio}; the nearest size, ${size}, is asked for.`
  expect(ask({ aspectRatio }, 'gpt-image-1.5')).toEqual({
    size,
    warnings: [{ type: 'setting', setting: 'aspectRatio', details }],
  })
  expect(ask({ aspectRatio: '3:2' }, 'gpt-image-1.5')).toEqual({ size: '1536x1024', warnings: [] })
})

const FORMS = ['0x5', '5x0', '05x5', '1024', 'x', '1024:1024', '100000x1', '1x100000', ' 1x1', '1x1 ', '1X1']

test.each(FORMS)('%s is no size', (size) => {
  expect(() => ask({ size })).toThrow(
    expect.objectContaining({
      name: 'AI_InvalidArgumentError',
      argument: 'size',
      message: "Invalid value for size: it must be two whole numbers, such as '1024x1024'.",
    }),
  )
})

test.each(['16x9', '16', '1.5:1', '-1:1', '0:1'])('%s is no ratio', (aspectRatio) => {
  expect(() => ask({ aspectRatio })).toThrow(
    expect.objectContaining({
      name: 'AI_InvalidArgumentError',
      argument: 'aspectRatio',
      message: "Invalid value for aspectRatio: it must be two whole numbers, such as '16:9'.",
    }),
  )
})

test.each([
  ['gpt-image-2', true],
  ['GPT-Image-3', true],
  ['gpt-image-10', true],
  ['gpt-image-2.5-mini', true],
  ['gpt-image-1', false],
  ['gpt-image-1.5', false],
  ['my-gpt-image-2', false],
])('%s takes any size: %j', (modelId, takes) => {
  expect(takesAnySize(modelId)).toBe(takes)
})
