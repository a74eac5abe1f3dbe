// For `ai` 4. For `ai` 5, 6 or 7, import from 'ai-sdk-provider-codex/v2', '/v3' or '/v4' (docs/versions.md).
// Needs Node 22.13 for SQLite. Postgres accepts the same statements.
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { generateText } from 'ai'
import { createCodex, type TokenStore } from 'ai-sdk-provider-codex'
import { fileTokenStore } from 'ai-sdk-provider-codex/auth'

const folder = mkdtempSync(join(tmpdir(), 'codex-logins-'))
const db = new DatabaseSync(join(folder, 'logins.sqlite'))
db.exec(`create table logins (
  user_id text primary key, tokens text not null, refresh_token text, locked_until integer not null default 0
)`)
const insert = db.prepare('insert into logins (user_id, tokens, refresh_token) values (?, ?, ?)')
const select = db.prepare('select tokens from logins where user_id = ?')
const update = db.prepare(
  'update logins set tokens = ?, refresh_token = ? where user_id = ? and refresh_token = ?',
)
const lease = db.prepare('update logins set locked_until = ? where user_id = ? and locked_until < ?')
const release = db.prepare('update logins set locked_until = 0 where user_id = ? and locked_until = ?')

/** The login of one user. Encrypt the tokens at rest: anyone with a refresh token can use the account. */
function loginOf(user: string): TokenStore {
  return {
    // Stores of one user share one refresh in this process.
    key: user,
    async read() {
      const row = select.get(user)
      return row && JSON.parse(String(row.tokens))
    },
    // Compare-and-set: does nothing if another server has stored newer tokens.
    async write(tokens, spent) {
      update.run(JSON.stringify(tokens), tokens.refreshToken ?? null, user, spent.refreshToken ?? null)
    },
    // One refresh at a time across all servers. A lease, not a transaction: it expires if a server dies.
    async lock(run) {
      for (let tries = 0; tries < 300; tries++) {
        const until = Date.now() + 30_000
        if (lease.run(until, user, Date.now()).changes === 1) {
          return run().finally(() => release.run(user, until))
        }
        await new Promise((resolve) => setTimeout(resolve, 100))
      }
      throw new Error(`The login of ${user} was locked for 30 s`)
    },
  }
}

const login = await fileTokenStore().read()
if (login) insert.run('ada', JSON.stringify(login), login.refreshToken ?? null)

const codex = createCodex()
// As in each request of a user.
for (const user of ['ada', 'ben']) {
  const own = codex.withAuth(loginOf(user))
  const answer = generateText({ model: own('gpt-6.1-sol'), prompt: 'Say hi.' })
  console.log(`${user}: ${await answer.then(({ text }) => text, String)}`)
}

const late = update.run('{}', null, 'ada', 'a refresh token that was spent')
console.log(`a late write changes ${late.changes} rows`)
db.close()
rmSync(folder, { recursive: true })
