import { describe, expect, it, test } from 'vitest'
import { EDIT_REFUSALS, GENERATION_REFUSALS } from '../../src/testing/image-rules.ts'
import type { JsonObject } from '../../src/testing/types.ts'
import { PNG_URL } from '../contract/support/png.ts'
import { identity, useServer } from './support.ts'

const server = useServer()

const BODY: JsonObject = {
  prompt: 'a red dot',
  background: 'opaque',
  model: 'gpt-image-2',
  quality: 'auto',
  size: 'auto',
}
const EDIT: JsonObject = { ...BODY, images: [{ image_url: PNG_URL }] }

function post(operation: 'generations' | 'edits', body: unknown): Promise<Response> {
  return fetch(`${server().baseURL}/images/${operation}`, {
    method: 'POST',
    headers: identity(server().login()),
    body: JSON.stringify(body),
  })
}

/** Fields by which each rule of images refuses a request. */
const SAMPLES: Record<string, JsonObject[]> = {
  'image-model': [{ model: 'gpt-5.5' }],
  'image-parameter': [{ response_format: 'b64_json' }, { stream: true }],
  'image-prompt': [{ prompt: undefined }, { prompt: ' ' }, { prompt: 5 }],
  'image-value': [
    { quality: 'hd' },
    { background: 'red' },
    { output_format: 'gif' },
    { moderation: 'off' },
    { quality: null },
  ],
  'image-number': [{ n: 0 }, { n: 11 }, { n: '2' }, { output_compression: 101 }],
  'image-size': [
    { size: '100x100' },
    { size: '1000x1024' },
    { size: '3072x1008' },
    { size: '3856x2160' },
    { size: '3840x3840' },
    { size: 'large' },
    { size: 1024 },
  ],
  'image-background': [{ background: 'transparent' }],
}

/** The same of edits. */
const EDIT_SAMPLES: Record<string, JsonObject[]> = {
  ...SAMPLES,
  'image-value': [{ input_fidelity: 'some' }],
  'image-input': [
    { images: undefined },
    { images: [] },
    { images: [PNG_URL] },
    { images: [{ image_url: 'data:image/svg+xml;base64,aaaa' }] },
    { images: Array.from({ length: 17 }, () => ({ image_url: PNG_URL })) },
    { mask: { image_url: 'data:image/png;base64,' } },
    { mask: PNG_URL },
  ],
}

describe.each([
  ['generations', GENERATION_REFUSALS, BODY, SAMPLES],
  ['edits', EDIT_REFUSALS, EDIT, EDIT_SAMPLES],
] as const)('%s', (operation, rules, body, samples) => {
  it('each rule of images has a sample', () => {
    const ids = rules.map(({ id }) => id).filter((id) => id.startsWith('image-'))
    expect(Object.keys(samples)).toEqual(ids)
  })

  it.each(Object.entries(samples))('%s', async (id, changes) => {
    for (const change of changes) {
      const response = await post(operation, { ...body, ...change })
      const by = server().requests.at(-1)?.refusedBy
      expect({ change, status: response.status, by }).toEqual({ change, status: 400, by: id })
    }
  })

  it('what is not refused', async () => {
    const changes = [{}, { n: 10 }, { size: '3840x1280' }, { size: '1024x1024', output_format: 'jpeg' }]
    for (const change of changes) {
      const response = await post(operation, { ...body, ...change })
      expect([change, response.status]).toEqual([change, 200])
    }
  })
})

test('a mask and fidelity are for edits', async () => {
  for (const more of [{ mask: { image_url: PNG_URL } }, { input_fidelity: 'low' }]) {
    expect((await post('edits', { ...EDIT, ...more })).status).toBe(200)
    expect((await post('generations', { ...BODY, ...more })).status).toBe(400)
  }
})

test('without a login, and on the wrong method', async () => {
  const url = `${server().baseURL}/images/generations`
  expect((await fetch(url, { method: 'POST', body: '{}' })).status).toBe(401)
  expect((await fetch(url)).status).toBe(405)
})

test.each([
  ['png', 'iVBORw'],
  ['jpeg', '/9j/'],
  ['webp', 'UklGR'],
])('an image of the format %s', async (output_format, head) => {
  const response = await post('generations', { ...BODY, output_format, n: 2 })
  expect(response.headers.get('x-codex-plan-type')).toBe('plus')
  expect(response.headers.get('content-type')).toBe('application/json')
  const { data, ...rest } = (await response.json()) as { data: Array<{ b64_json: string }> }
  expect(data.map(({ b64_json }) => b64_json.slice(0, head.length))).toEqual([head, head])
  expect(rest).toMatchObject({ output_format, size: '1024x1024', usage: { output_tokens: 2000 } })
})
