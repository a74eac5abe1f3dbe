import { readdir } from 'node:fs/promises'
import { expect, test } from 'vitest'
import { HOUR, idsOf, MINUTE, START, startHarness } from './support.ts'

test('what is kept: the identity, the time, the ETag and the list as it came', async () => {
  const { server, create, readFile, folder } = await startHarness()
  await create().list()
  expect(await readFile()).toEqual({
    baseURL: server.url,
    clientVersion: '0.169.0',
    accountId: 'account-1',
    userId: 'user-1',
    fetchedAt: START,
    etag: 'W/"one"',
    models: [{ slug: 'gpt-7', use_responses_lite: true }],
  })
  const [name = ''] = await readdir(folder)
  expect(name).toMatch(/^catalogue-[0-9a-f]{32}\.json$/)
})

test.each<[string, (kept: Record<string, unknown>) => unknown]>([
  ['half of it', (kept) => JSON.stringify(kept).slice(0, 80)],
  ['an empty file', () => ''],
  ['null', () => null],
  ['a list', (kept) => [kept]],
  ['a number', () => 7],
  ['no models', ({ models: _, ...rest }) => rest],
  ['an empty list', (kept) => ({ ...kept, models: [] })],
  ['models of another shape', (kept) => ({ ...kept, models: { 'gpt-7': {} } })],
  ['entries of another shape', (kept) => ({ ...kept, models: [{ id: 'gpt-7' }, 'gpt-7'] })],
  ["another client's cache", ({ models }) => ({ fetched_at: '2026-09-01T00:00:00Z', etag: 'x', models })],
  ['another base URL', (kept) => ({ ...kept, baseURL: 'https://example.com' })],
  ['another client version', (kept) => ({ ...kept, clientVersion: '0.170.0' })],
  ['another account', (kept) => ({ ...kept, accountId: 'account-2', userId: 'user-1' })],
  ['no account', ({ accountId: _, ...rest }) => rest],
  ['no time', ({ fetchedAt: _, ...rest }) => rest],
  ['a time in seconds', (kept) => ({ ...kept, fetchedAt: START / 1000 })],
  ['a time in microseconds', (kept) => ({ ...kept, fetchedAt: START * 1000 })],
  ['a time as text', (kept) => ({ ...kept, fetchedAt: new Date(START).toISOString() })],
  ['a time as text of digits', (kept) => ({ ...kept, fetchedAt: `${START}` })],
  ['a time of null', (kept) => ({ ...kept, fetchedAt: null })],
  ['a negative time', (kept) => ({ ...kept, fetchedAt: -START })],
  ['a time more than a minute ahead', (kept) => ({ ...kept, fetchedAt: START + MINUTE + 1 })],
])('a copy is thrown away that holds %s', async (_, spoil) => {
  const { server, create, readFile, writeFile } = await startHarness()
  await create().list()
  const kept = await readFile()
  await writeFile(spoil(kept))
  server.offer(['gpt-8'], 'W/"two"')
  const catalogue = create()
  expect(await catalogue.find('gpt-7')).toBeUndefined()
  expect(idsOf(await catalogue.list())).toEqual(['gpt-8'])
  // Nothing of it was sent, and the new list took its place.
  expect(server.asked).toEqual([undefined, undefined])
  expect(await readFile()).toMatchObject({ fetchedAt: START, etag: 'W/"two"', models: [{ slug: 'gpt-8' }] })
})

test.each<[string, (kept: Record<string, unknown>) => unknown]>([
  ['a time that is a little ahead', (kept) => ({ ...kept, fetchedAt: START + MINUTE })],
  ['an ETag that is none', (kept) => ({ ...kept, etag: 7 })],
  ['further fields', (kept) => ({ ...kept, more: true })],
])('a copy is used that holds %s', async (_, change) => {
  const { server, create, readFile, writeFile } = await startHarness()
  await create().list()
  await writeFile(change(await readFile()))
  expect(idsOf(await create().list())).toEqual(['gpt-7'])
  expect(server.asked).toHaveLength(1)
})

test('logins, versions and backends share nothing', async () => {
  const { server, create, folder, stored } = await startHarness()
  const key = { baseURL: server.url, clientVersion: '0.169.0', accountId: 'account-1', userId: 'user-1' }
  const keys = [
    key,
    { ...key, accountId: 'account-2' },
    { ...key, userId: 'user-2' },
    { ...key, clientVersion: '0.144.0' },
    { ...key, baseURL: `${server.url}/other` },
  ]
  for (const [index, one] of keys.entries()) {
    server.offer([`gpt-${index}`], `W/"${index}"`)
    expect(idsOf(await create({ key: one }).list())).toEqual([`gpt-${index}`])
  }
  await stored()
  for (const [index, one] of keys.entries()) {
    expect(idsOf(await create({ key: one }).list())).toEqual([`gpt-${index}`])
  }
  expect(server.asked).toEqual(keys.map(() => undefined))
  expect(await readdir(folder)).toHaveLength(keys.length)
})

test.each([
  ['account', { accountId: undefined, userId: 'user-1' }],
  ['user', { accountId: 'account-1', userId: undefined }],
])('a login without a known %s is kept in memory only', async (_, login) => {
  const { server, create, folder, pass } = await startHarness()
  const key = { baseURL: server.url, clientVersion: '0.169.0', ...login }
  const catalogue = create({ key })
  await catalogue.list()
  await catalogue.list()
  pass(HOUR)
  await catalogue.list()
  expect(server.asked).toEqual([undefined, 'W/"one"'])
  await create({ key }).list()
  expect(server.asked).toHaveLength(3)
  expect(await readdir(folder)).toEqual([])
})

test('a file that another process has replaced is not stamped by our 304', async () => {
  const { server, create, pass, readFile, writeFile } = await startHarness()
  const catalogue = create()
  await catalogue.list()
  const other = { ...(await readFile()), etag: 'W/"other"' }
  await writeFile(other)
  pass(HOUR)
  await catalogue.list()
  expect(server.asked).toEqual([undefined, 'W/"one"'])
  expect(await readFile()).toEqual(other)
})
