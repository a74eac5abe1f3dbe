import { expect, test } from 'vitest'
import type { SearchableTool } from '../../src/request/hosted-tools.ts'
import { rankTools } from '../../src/request/rank-tools.ts'

const tool = (name: string, description = '', more: Partial<SearchableTool> = {}): SearchableTool => ({
  name,
  description,
  parameters: [],
  ...more,
})

const TOOLS = [
  tool('create_issue', 'Opens an issue in a repository.', { namespace: 'github', parameters: ['title'] }),
  tool('listIssues', 'Lists the issues of a repository.', { namespace: 'github' }),
  tool('send_mail', 'Sends a mail.', { parameters: ['recipient', 'subject'] }),
  tool('read_clock', 'Tells the time.'),
  tool('wetter', '今日の天気を調べる。'),
]

test.each([
  ['open an issue', ['create_issue', 'listIssues']],
  ['list issues', ['listIssues', 'create_issue']],
  ['LIST_ISSUES', ['listIssues', 'create_issue']],
  ['listIssues', ['listIssues', 'create_issue']],
  ['github', ['create_issue', 'listIssues']],
  ['recipient', ['send_mail']],
  ['what is the time?', ['read_clock']],
  ['天気', ['wetter']],
  ['clo', ['read_clock']],
  ['the', []],
  ['', []],
  ['… — !', []],
  ['quantum', []],
])('%j finds %j', (query, found) => {
  expect(rankTools(query, TOOLS)).toEqual(found)
})

test('the exact name comes first, whatever else fits', () => {
  const tools = [tool('mail_mail_send', 'send mail'), tool('mail', '')]
  expect(rankTools('Mail', tools)).toEqual(['mail', 'mail_mail_send'])
})

test('a rare word counts more, and equals keep their order', () => {
  const many = Array.from({ length: 50 }, (_, index) => tool(`get_record_${index}`, 'Gets a record.'))
  expect(rankTools('record 31', many)[0]).toBe('get_record_31')
  expect(rankTools('record', many)).toEqual(many.map(({ name }) => name))
})

test('long text takes linear time', () => {
  const long = tool('long', 'aB1_'.repeat(250_000))
  const started = performance.now()
  rankTools('xyz '.repeat(10_000), [long])
  rankTools('a'.repeat(100_000), [long])
  expect(performance.now() - started).toBeLessThan(10_000)
})
