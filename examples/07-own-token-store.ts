// For `ai` 4. With `ai` 5, 6 or 7, import from 'ai-sdk-provider-codex/v2', '/v3' or '/v4': docs/versions.md.
import { generateText } from 'ai'
import { createCodex, type TokenStore } from 'ai-sdk-provider-codex'
import { type CodexTokens, fileTokenStore } from 'ai-sdk-provider-codex/auth'

// create table codex_logins (user_id text primary key, tokens text, refresh_token text, locked_until integer default 0)
const table = new Map<string, { tokens: CodexTokens; lockedUntil: number }>()

/** The statements, as SQLite and Postgres have them; `table` stands for the database, so that this runs without one. */
const sql = {
  // select tokens from codex_logins where user_id = ?
  select: async (userId: string) => table.get(userId)?.tokens,

  // update codex_logins set tokens = ?, refresh_token = ? where user_id = ? and refresh_token = ?
  async update(tokens: CodexTokens, userId: string, spent: string | undefined) {
    const row = table.get(userId)
    if (!row || row.tokens.refreshToken !== spent) return { changes: 0 }
    row.tokens = tokens
    return { changes: 1 }
  },

  // update codex_logins set locked_until = ? where user_id = ? and locked_until < ?
  async lease(until: number, userId: string, now: number) {
    const row = table.get(userId)
    if (!row || row.lockedUntil >= now) return { changes: 0 }
    row.lockedUntil = until
    return { changes: 1 }
  },
}

/** The login of one user. Encrypt the tokens at rest: who has a refresh token has the account. */
function loginOf(userId: string): TokenStore {
  return {
    read: () => sql.select(userId),
    // Compare-and-set: does nothing where another server has put newer tokens there.
    write: async (tokens, previous) => void (await sql.update(tokens, userId, previous.refreshToken)),
    // One refresh at a time among all servers. A lease, not a transaction: it ends by itself with a server that dies.
    async lock(run) {
      for (let tries = 0; tries < 300; tries++) {
        const until = Date.now() + 30_000
        if ((await sql.lease(until, userId, Date.now())).changes === 1) {
          // update codex_logins set locked_until = 0 where user_id = ? and locked_until = ?
          return run().finally(() => sql.lease(0, userId, until + 1))
        }
        await new Promise((resolve) => setTimeout(resolve, 100))
      }
      throw new Error(`The login of ${userId} was locked for 30 s`)
    },
  }
}

const login = await fileTokenStore().read()
if (login) table.set('ada', { tokens: login, lockedUntil: 0 })
// On each request of a user; providers on one store object share what they know, so keep one for each user.
const codex = createCodex({ auth: loginOf('ada') })
const { text } = await generateText({ model: codex('gpt-6.1-sol'), prompt: 'Say hi.' })
console.log(`ada: ${text}`)

const late = await sql.update({ accessToken: 'of a slow server' }, 'ada', 'a refresh token that was spent')
console.log(`a late write changes ${late.changes} rows`)
