import { expect, test } from 'vitest'
import { HOUR, idsOf, MINUTE, startHarness } from './support.ts'

test('an answer with another ETag: the copy is renewed behind the next need for it', async () => {
  const { server, create } = await startHarness()
  const catalogue = create()
  await catalogue.find('gpt-7')
  server.offer(['gpt-8'], 'W/"two"')
  catalogue.noteEtag('W/"two"')
  expect(server.asked).toHaveLength(1)
  server.hang()
  expect(await catalogue.find('gpt-7')).toBeDefined()
  const list = catalogue.list()
  server.release()
  expect(idsOf(await list)).toEqual(['gpt-8'])
  catalogue.noteEtag('W/"two"')
  await catalogue.list()
  expect(server.asked).toEqual([undefined, 'W/"one"'])
})

test.each([undefined, '', 'W/"one"', '"one"', 'one'])('%j is no other ETag', async (etag) => {
  const { server, create } = await startHarness()
  const catalogue = create()
  await catalogue.list()
  catalogue.noteEtag(etag)
  await catalogue.list()
  expect(server.asked).toHaveLength(1)
})

test('an ETag that came before the copy was needed counts for the one on disk', async () => {
  const { server, create, stored } = await startHarness()
  await create().list()
  await stored()
  server.offer(['gpt-8'], 'W/"two"')
  const catalogue = create()
  catalogue.noteEtag('W/"two"')
  expect(idsOf(await catalogue.list())).toEqual(['gpt-8'])
  expect(server.asked).toEqual([undefined, 'W/"one"'])
})

test('an ETag that the list never gets is tried once', async () => {
  const { server, create, pass } = await startHarness()
  const catalogue = create()
  await catalogue.list()
  for (let minute = 0; minute < 59; minute++) {
    pass(MINUTE)
    catalogue.noteEtag('W/"never"')
    await catalogue.list()
  }
  expect(server.asked).toHaveLength(2)
})

test('a list without an ETag is not fetched for each answer that has one', async () => {
  const { server, create } = await startHarness()
  server.offer(['gpt-7'], undefined)
  const catalogue = create()
  await catalogue.list()
  for (let call = 0; call < 5; call++) {
    catalogue.noteEtag('W/"one"')
    await catalogue.list()
  }
  expect(server.asked).toEqual([undefined, undefined])
})

test('ETags that change with each answer ask for one fetch in five minutes', async () => {
  const { server, create, pass } = await startHarness()
  const catalogue = create()
  await catalogue.list()
  for (let second = 0; second < 15 * 60; second += 30) {
    catalogue.noteEtag(`W/"${second}"`)
    await catalogue.list()
    pass(30_000)
  }
  expect(server.asked).toHaveLength(1 + 3)
})

test('a list that goes back to what it was is followed', async () => {
  const { server, create, pass } = await startHarness()
  const catalogue = create()
  await catalogue.list()
  for (const [slug, etag] of [
    ['gpt-8', 'W/"two"'],
    ['gpt-7', 'W/"one"'],
    ['gpt-8', 'W/"two"'],
  ] as const) {
    pass(5 * MINUTE)
    server.offer([slug], etag)
    catalogue.noteEtag(etag)
    expect(idsOf(await catalogue.list())).toEqual([slug])
  }
  expect(server.asked).toHaveLength(4)
})

test('a renewal that failed is made up for', async () => {
  const { server, create, pass, settled } = await startHarness()
  const catalogue = create()
  await catalogue.list()
  server.fail(503)
  catalogue.noteEtag('W/"two"')
  expect(await catalogue.find('gpt-7')).toBeDefined()
  await settled()
  expect(await catalogue.find('gpt-7')).toBeDefined()
  expect(server.asked).toHaveLength(2)
  server.offer(['gpt-8'], 'W/"two"')
  pass(15 * MINUTE)
  await catalogue.find('gpt-7')
  expect(idsOf(await catalogue.list())).toEqual(['gpt-8'])
  pass(HOUR - 1)
  await catalogue.list()
  expect(server.asked).toHaveLength(3)
})
