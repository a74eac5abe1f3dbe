import type { CodexRequest } from '../request/body.ts'
import { accountOf } from './client.ts'
import { type MendedRequest, withoutField, withoutReasoning } from './mend.ts'
import { remedyOf } from './remedy.ts'
import { type Asked, type CodexAnswer, sendAndRead } from './send-call.ts'

/**
 * Sends the request, without what the backend is known to refuse, and reads up to the first output. What fails before it
 * is mended and sent again where that may help, never what fails later.
 */
export async function exchange(asked: Asked, request: CodexRequest): Promise<CodexAnswer> {
  const { call, client, memory, login } = asked
  if (!client.resolved.recover) return sendAndRead(asked, request)
  const account = accountOf(await login.getTokens(call.signal), client.settings)
  const key = JSON.stringify([client.resolved.baseURL, account, request.body.model])
  const known = memory.refusedFields.leaveOut(key, request, call.warnings)

  async function attempt(request: CodexRequest): Promise<CodexAnswer> {
    try {
      return await sendAndRead(asked, request)
    } catch (error) {
      const mended = mend(asked, key, request, error)
      if (!mended) throw error
      call.warnings.add(mended.warning)
      return attempt(mended.request)
    }
  }
  return attempt(known)
}

/** The request as it may be sent once more after that error; undefined where that won't help. */
function mend(
  { client, memory, repeats }: Asked,
  key: string,
  request: CodexRequest,
  error: unknown,
): MendedRequest | undefined {
  const remedy = remedyOf(error)
  if (!remedy) return undefined
  const mended = remedy.leaveOut === 'field' ? withoutField(request, remedy.field) : withoutReasoning(request)
  if (mended && remedy.leaveOut === 'field') memory.refusedFields.remember(key, remedy.field)
  if (!mended || !repeats.take(remedy.leaveOut)) return undefined
  client.debug?.(`again: without ${remedy.leaveOut === 'field' ? remedy.field : 'reasoning'}`)
  return mended
}
