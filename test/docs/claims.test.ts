import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { generateText } from 'ai'
import { expect, test } from 'vitest'
import { createCodex } from '../../src/index.ts'
import { readBlocks, readTable } from './readme-blocks.ts'
import { ROOT, startStandIn } from './support.ts'

const readPage = (page: string): string => readFileSync(join(ROOT, 'docs', page), 'utf8')

test('architecture.md has each room, and a file to begin with', () => {
  const folders = readdirSync(join(ROOT, 'src'), { withFileTypes: true }).filter((one) => one.isDirectory())
  const rooms = readTable(readPage('architecture.md'), 'rooms').map((row) =>
    row.map((cell) => cell.replaceAll('`', '')),
  )
  expect(rooms.map(([room]) => room).sort()).toEqual(folders.map(({ name }) => name).sort())
  const files = rooms.flatMap(([room = '', , files = '']) =>
    files.split(', ').map((file) => join('src', room, file)),
  )
  expect(files.filter((file) => !existsSync(join(ROOT, file)))).toEqual([])
})

test('the files that architecture.md names exist', () => {
  const named = [...readPage('architecture.md').matchAll(/`([a-z]+\/[\w/.-]+\.ts)`/g)].map(
    ([, file = '']) => file,
  )
  expect(named.length).toBeGreaterThan(30)
  // The table of rooms names files by their room, and the walls name tests.
  const places = ['src', '.', ...readdirSync(join(ROOT, 'src')).map((room) => join('src', room))]
  const exists = (file: string) => places.some((place) => existsSync(join(ROOT, place, file)))
  expect(named.filter((file) => !exists(file))).toEqual([])
})

test('edge.md has the words of the error for a page of Cloudflare', async () => {
  const [block] = readBlocks(readPage('edge.md')).filter(({ language }) => language === 'text')
  const [message = ''] = block?.code.trim().split('\n') ?? []
  const [, ray = ''] = /\(ray (\w+)\)/.exec(message) ?? []
  const { server } = await startStandIn()
  server.answer({
    type: 'error',
    status: 403,
    headers: { 'content-type': 'text/html', 'cf-ray': ray },
    body: '<!DOCTYPE html><title>Attention Required! | Cloudflare</title>',
  })
  const { access_token: accessToken } = server.login().tokens
  const codex = createCodex({ baseURL: server.baseURL, auth: { accessToken }, codexMode: false })
  await expect(generateText({ model: codex('gpt-5.5'), prompt: 'Say hi' })).rejects.toThrow(message)
})
