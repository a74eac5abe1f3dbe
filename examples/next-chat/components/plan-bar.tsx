import type { CHATGPT_PLAN_TEXTS } from 'ai-sdk-provider-codex/auth'
import { useEffect, useState } from 'react'
import type { PlanState } from '@/lib/plan-state.ts'

/** The words that OpenAI's guidelines ask for. A page on the server passes them, so that the browser loads no more. */
export type PlanTexts = typeof CHATGPT_PLAN_TEXTS

const WELCOMED = 'plan-welcomed'

/** Signs in with ChatGPT and out again, and says that the plan is used. */
export function PlanBar({ texts, hasError }: { texts: PlanTexts; hasError: boolean }) {
  const [plan, setPlan] = useState<PlanState>()
  const [isWelcome, setIsWelcome] = useState(false)
  const [problem, setProblem] = useState<string>()
  const [isBroken, setIsBroken] = useState(false)
  const isUsed = plan?.login === 'plan'

  // Until the user is signed in, the tab of the sign-in may end it at any time; after that, an error of the chat.
  // biome-ignore lint/correctness/useExhaustiveDependencies: an error is a reason to look again.
  useEffect(() => {
    async function refresh() {
      const response = await fetch('/api/plan', { cache: 'no-store' }).catch(() => undefined)
      if (!response) return
      setIsBroken(!response.ok)
      if (!response.ok) return
      const state: PlanState = await response.json()
      setPlan(state)
      setIsWelcome(state.login === 'plan' && !!state.isFirst && !localStorage.getItem(WELCOMED))
    }
    refresh()
    if (isUsed || isBroken) return
    const timer = setInterval(refresh, 1000)
    return () => clearInterval(timer)
  }, [isUsed, isBroken, hasError])

  async function signOut() {
    const response = await fetch('/api/plan', { method: 'DELETE' }).catch(() => undefined)
    if (!response?.ok) return setProblem("Signing out failed: see the server's log.")
    setProblem((await response.json()).problem)
    setPlan({ login: 'none' })
  }

  function closeWelcome() {
    localStorage.setItem(WELCOMED, 'yes')
    setIsWelcome(false)
  }

  if (isBroken) return <p role="alert">The sign-in can't be read: see the server's log.</p>
  if (!plan) return null
  const signOutButton = (
    <button type="button" onClick={signOut}>
      Sign out
    </button>
  )
  return (
    <section className="plan" aria-label="ChatGPT plan">
      {isWelcome && (
        <div className="welcome">
          <h2>{texts.welcome.title}</h2>
          <p>{texts.welcome.text}</p>
          <button type="button" onClick={closeWelcome}>
            {texts.welcome.button}
          </button>
        </div>
      )}
      {isUsed ? (
        <div className="row">
          <span>{texts.usingPlan}</span>
          <a href={texts.manageUsageUrl} target="_blank" rel="noopener">
            {texts.manageUsage}
          </a>
          {signOutButton}
        </div>
      ) : (
        <>
          <p>{describeLogin(plan, texts)}</p>
          {/* In a new tab, where the sign-in ends: this page sees by itself that it did. */}
          <form className="row" action="/api/plan" method="post" target="_blank" rel="noopener">
            {plan.login === 'no-plan' && <input type="hidden" name="consent" value="yes" />}
            <button type="submit">{texts.signInButton}</button>
            {plan.login === 'no-plan' && signOutButton}
          </form>
        </>
      )}
      {problem && <p role="alert">{problem}</p>}
    </section>
  )
}

function describeLogin({ login, attempt }: PlanState, { setting }: PlanTexts): string {
  if (attempt === 'waiting') return 'Go on in the tab that has opened.'
  if (attempt === 'failed') return 'The sign-in was not completed. Try again.'
  if (login === 'no-plan') return 'You are signed in, but this app may not use your plan.'
  return `${setting.title}: ${setting.text}`
}
