import { describe, expect, test } from 'vitest'
import { readResult } from '../../../src/adapters/v1/results.ts'

const PNG = 'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=='
const IMAGE = { type: 'image', data: PNG, mimeType: 'image/png' }
const IMAGE_PART = { type: 'file', data: PNG, mediaType: 'image/png' }

describe('the result of an MCP tool', () => {
  test.each<[string, unknown, unknown[], boolean?]>([
    [
      'text and an image (BR-30)',
      { content: [{ type: 'text', text: 'shot' }, IMAGE] },
      [{ type: 'text', text: 'shot' }, IMAGE_PART],
    ],
    ['no error', { content: [IMAGE], isError: false }, [IMAGE_PART]],
    ['an error', { content: [IMAGE], isError: true }, [IMAGE_PART], true],
    [
      'with annotations and metadata',
      { content: [{ ...IMAGE, annotations: { priority: 1 }, _meta: {} }], structuredContent: { a: 1 } },
      [IMAGE_PART, { type: 'text', text: '{"structuredContent":{"a":1}}' }],
    ],
    [
      'sound',
      { content: [{ type: 'audio', data: 'AAAA', mimeType: 'audio/wav' }] },
      [{ type: 'file', data: 'AAAA', mediaType: 'audio/wav' }],
    ],
    [
      'an embedded resource',
      {
        content: [
          {
            type: 'resource',
            resource: { uri: 'file:///x/a.pdf', mimeType: 'application/pdf', blob: 'JVBERi0=' },
          },
        ],
      },
      [{ type: 'file', data: 'JVBERi0=', mediaType: 'application/pdf', filename: 'a.pdf' }],
    ],
    [
      'links and text resources beside an image',
      {
        content: [
          IMAGE,
          { type: 'resource_link', uri: 'file:///b', name: 'b' },
          { type: 'resource', resource: { uri: 'file:///c', text: 'c' } },
        ],
      },
      [
        IMAGE_PART,
        { type: 'text', text: '{"type":"resource_link","uri":"file:///b","name":"b"}' },
        { type: 'text', text: '{"type":"resource","resource":{"uri":"file:///c","text":"c"}}' },
      ],
    ],
  ])('%s becomes parts', (_, value, parts, isError) => {
    expect(readResult(value, undefined)).toEqual({ isError, output: { type: 'parts', parts } })
  })

  test('text alone stays JSON, an error too', () => {
    const value = { content: [{ type: 'text', text: 'no page' }], isError: true }
    expect(readResult(value, undefined)).toEqual({ isError: true, output: { type: 'value', value } })
  })
})

test.each<[string, unknown[]]>([
  ['media of ai 5', [{ type: 'media', data: PNG, mediaType: 'image/png' }]],
  ['image-data of ai 6', [{ type: 'image-data', data: PNG, mediaType: 'image/png' }]],
  ['an image as MCP writes it', [IMAGE]],
])('content in the form of a later version of ai becomes parts: %s', (_, content) => {
  const list = [{ type: 'text', text: 'a' }, ...content]
  for (const value of [{ type: 'content', value: list }, list]) {
    expect(readResult(value, true)).toEqual({
      isError: true,
      output: { type: 'parts', parts: [{ type: 'text', text: 'a' }, IMAGE_PART] },
    })
  }
})

test.each<[string, unknown]>([
  ['a string', 'ok'],
  ['a data URL', `data:image/png;base64,${PNG}`],
  ['an image record', { type: 'image', url: 'https://example.com/a.png', title: 'Hat', price: 3 }],
  ['an image alone', IMAGE],
  ['a list of records of images', [{ ...IMAGE, title: 'Hat' }]],
  ['a list of images and others', [IMAGE, { id: 1 }]],
  ['content with other fields', { content: [IMAGE], page: 2 }],
  ['content whose image has other fields', { content: [{ ...IMAGE, title: 'Hat' }] }],
  ['content whose image lies elsewhere', { content: [{ ...IMAGE, data: 'https://example.com/a.png' }] }],
  ['content with a part of another kind', { content: [IMAGE, { type: 'odd' }] }],
  ['content that is no list', { content: 'text', isError: true }],
  [
    'content of the SDK with another part',
    { type: 'content', value: [IMAGE, { type: 'file-id', fileId: 'f' }] },
  ],
  ['content of the SDK with other fields', { type: 'content', value: [IMAGE], next: 1 }],
])('plain JSON stays JSON: %s', (_, value) => {
  expect(readResult(value, undefined)).toEqual({ isError: undefined, output: { type: 'value', value } })
})
