import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { expect, test } from 'vitest'
import { createTextBuffer } from '../../src/parts/text-buffer.ts'

setFlagsFromString('--expose-gc')
const collect = runInNewContext('gc') as () => void

test('a text is that of its pieces, in the middle too', () => {
  const text = createTextBuffer()
  let expected = ''
  for (let index = 0; index < 10_000; index++) {
    text.append(`${index} `)
    expected += `${index} `
    if (index % 3000 === 0) expect(text.text()).toBe(expected)
  }
  expect(text.length).toBe(expected.length)
  expect(text.text()).toBe(expected)
})

test('many small pieces take about the room of their text', () => {
  const text = createTextBuffer()
  collect()
  const before = process.memoryUsage().heapUsed
  for (let index = 0; index < 400_000; index++) text.append(`${100_000 + (index % 900_000)}`)
  collect()
  expect(process.memoryUsage().heapUsed - before).toBeLessThan(2 * text.length)
})
