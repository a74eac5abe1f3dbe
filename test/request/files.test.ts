import { InvalidPromptError, UnsupportedFunctionalityError } from '@ai-sdk/provider'
import { describe, expect, test } from 'vitest'
import type { CodexFilePart } from '../../src/request/call.ts'
import { toInputFile } from '../../src/request/files.ts'

const bytes = (...head: number[]) => new Uint8Array([...head, ...Array.from({ length: 16 }, () => 0)])
const base64 = (data: Uint8Array) => Buffer.from(data).toString('base64')

const PNG = bytes(0x89, 0x50, 0x4e, 0x47)
const IMAGES = {
  'image/png': PNG,
  'image/jpeg': bytes(0xff, 0xd8, 0xff, 0xe0),
  'image/gif': bytes(0x47, 0x49, 0x46, 0x38, 0x39, 0x61),
  'image/webp': bytes(0x52, 0x49, 0x46, 0x46, 1, 2, 3, 4, 0x57, 0x45, 0x42, 0x50),
}
const PDF = new TextEncoder().encode('%PDF-1.7')

describe('images', () => {
  test.each(Object.entries(IMAGES))(
    '%s: bytes, Buffer and base64, with and without a media type',
    (type, data) => {
      const expected = { type: 'input_image', image_url: `data:${type};base64,${base64(data)}` }
      for (const form of [data, Buffer.from(data), base64(data), `data:${type};base64,${base64(data)}`]) {
        for (const mediaType of [type, undefined, 'image/*', 'image']) {
          expect(toInputFile({ type: 'image', data: form, mediaType })).toEqual(expected)
          if (mediaType) expect(toInputFile({ type: 'file', data: form, mediaType })).toEqual(expected)
        }
      }
    },
  )

  test('a wrong label does not stand against the bytes', () => {
    expect(toInputFile({ type: 'image', data: PNG, mediaType: 'image/jpeg' })).toEqual({
      type: 'input_image',
      image_url: `data:image/png;base64,${base64(PNG)}`,
    })
  })

  test('a URL that was not downloaded is sent as it is', () => {
    expect(toInputFile({ type: 'image', data: new URL('https://example.com/a.png') })).toEqual({
      type: 'input_image',
      image_url: 'https://example.com/a.png',
    })
  })

  test.each<[string, CodexFilePart]>([
    ['empty bytes (BR-29)', { type: 'image', data: new Uint8Array(0), mediaType: 'image/png' }],
    ['empty text', { type: 'file', data: '', mediaType: 'image/png' }],
    ['an empty data URL', { type: 'image', data: 'data:image/png;base64,' }],
  ])('%s', (_, part) => {
    expect(() => toInputFile(part)).toThrow(InvalidPromptError)
  })

  test.each(['image/svg+xml', 'image/x-icon', undefined])(
    'type %s is refused by name (BR-29)',
    (mediaType) => {
      const run = () =>
        toInputFile({ type: 'image', data: new TextEncoder().encode('<svg></svg>'), mediaType })
      expect(run).toThrow(UnsupportedFunctionalityError)
      expect(run).toThrow(`image of type ${mediaType ?? 'unknown'}`)
    },
  )
})

describe('files', () => {
  test.each([
    ['application/pdf', undefined, 'file.pdf'],
    ['application/pdf', 'a.pdf', 'a.pdf'],
    ['text/plain', undefined, 'file.txt'],
    ['text/csv', 'a.csv', 'a.csv'],
  ])('%s named %s', (mediaType, filename, expected) => {
    expect(toInputFile({ type: 'file', data: base64(PDF), mediaType, filename })).toEqual({
      type: 'input_file',
      filename: expected,
      file_data: `data:${mediaType};base64,${base64(PDF)}`,
    })
  })

  test.each(['audio/mpeg', 'application/zip', undefined])('type %s is refused by name', (mediaType) => {
    const run = () => toInputFile({ type: 'file', data: PDF, mediaType })
    expect(run).toThrow(UnsupportedFunctionalityError)
    expect(run).toThrow(`file of type ${mediaType ?? 'unknown'}`)
  })

  test('a URL that was not downloaded', () => {
    const data = new URL('https://example.com/a.pdf')
    expect(toInputFile({ type: 'file', data, mediaType: 'application/pdf' })).toEqual({
      type: 'input_file',
      filename: 'file.pdf',
      file_url: 'https://example.com/a.pdf',
    })
  })
})
