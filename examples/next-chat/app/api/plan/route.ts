import {
  CodexAuthFileNotFoundError,
  chatGPTTokenStore,
  loginWithChatGPT,
  logoutChatGPT,
} from 'ai-sdk-provider-codex/auth'
import { isOwnPage } from '@/lib/is-own-page.ts'
import { appName, authFile } from '@/lib/plan-app.ts'
import type { PlanState } from '@/lib/plan-state.ts'

/** The last sign-in of this process. */
let attempt:
  | { controller: AbortController; status: 'waiting' | 'failed' | 'done'; isFirst?: boolean }
  | undefined

/** Tells the page whether the user is signed in. */
export async function GET(request: Request) {
  if (!isOwnPage(request)) return forbidden()
  const state: PlanState = { login: await readLogin(), attempt: attempt?.status, isFirst: attempt?.isFirst }
  return Response.json(state)
}

/** Starts a sign-in: the form of the page opens it in a new tab. */
export async function POST(request: Request) {
  if (!isOwnPage(request)) return forbidden()
  const consent = (await request.formData()).has('consent')
  try {
    return Response.redirect(await startSignIn(consent), 303)
  } catch {
    return new Response("The sign-in could not be started: see the server's log.", { status: 500 })
  }
}

/** Signs out. */
export async function DELETE(request: Request) {
  if (!isOwnPage(request)) return forbidden()
  attempt?.controller.abort()
  attempt = undefined
  const { problem } = await logoutChatGPT({ authFile })
  return Response.json({ problem })
}

const forbidden = () => new Response('Only for the pages of this app.', { status: 403 })

async function readLogin(): Promise<PlanState['login']> {
  try {
    const tokens = await chatGPTTokenStore({ file: authFile }).read()
    return tokens?.scopes?.includes('chatgpt.tokens.use.direct') ? 'plan' : 'no-plan'
  } catch (error) {
    if (CodexAuthFileNotFoundError.isInstance(error)) return 'none'
    throw error
  }
}

/** Returns the address to sign in at. The login server then sends the browser back to a port of `loginWithChatGPT`. */
function startSignIn(consent: boolean): Promise<string> {
  attempt?.controller.abort()
  const controller = new AbortController()
  const own: typeof attempt = { controller, status: 'waiting' }
  attempt = own
  return new Promise((resolve, reject) => {
    loginWithChatGPT({
      appName,
      authFile,
      consent,
      force: true,
      // The form opens it.
      openBrowser() {},
      onUrl: resolve,
      signal: controller.signal,
    }).then(
      ({ isFirst }) => Object.assign(own, { status: 'done', isFirst }),
      (error) => {
        own.status = 'failed'
        if (!controller.signal.aborted) console.error(error)
        reject(error)
      },
    )
  })
}
