import Link from 'next/link'
import { usePathname } from 'next/navigation'
import type { FormEvent, ReactNode } from 'react'
import { FaultNote } from './fault-note.tsx'

const PAGES = [
  { path: '/', name: 'ai 4' },
  { path: '/v7', name: 'ai 7' },
  { path: '/plan', name: 'ChatGPT' },
]

interface ChatProps {
  /** The status of `useChat`. */
  status: 'submitted' | 'streaming' | 'ready' | 'error'
  error: Error | undefined
  /** Role of the last message, if there is one. */
  lastRole: string | undefined
  onSend(text: string): void
  onStop(): void
  onRetry(): void
  onNew(): void
  /** The sign-in of the page, if it has one. */
  planBar?: ReactNode
  /** The messages. */
  children: ReactNode
}

/** The page around the messages: the same for each version of `ai`. */
export function Chat({
  status,
  error,
  lastRole,
  onSend,
  onStop,
  onRetry,
  onNew,
  planBar,
  children,
}: ChatProps) {
  const currentPath = usePathname()
  const isBusy = status === 'submitted' || status === 'streaming'

  function submit(event: FormEvent<HTMLFormElement>) {
    event.preventDefault()
    const form = event.currentTarget
    const text = String(new FormData(form).get('text')).trim()
    if (isBusy || text === '') return
    onSend(text)
    form.reset()
  }

  const retry = (
    <button type="button" onClick={() => onRetry()}>
      Try again
    </button>
  )

  return (
    <main>
      <header>
        <h1>Codex chat</h1>
        <nav>
          {PAGES.map(({ path, name }) => (
            <Link key={path} href={path} aria-current={path === currentPath ? 'page' : undefined}>
              {name}
            </Link>
          ))}
        </nav>
        <button type="button" onClick={onNew} disabled={isBusy}>
          New chat
        </button>
      </header>
      <div className="scroller">
        <div role="log" aria-busy={isBusy}>
          {children}
          {status === 'submitted' && <p className="waiting">…</p>}
          {error && <FaultNote error={error}>{retry}</FaultNote>}
          {/* An error is not kept through a reload, but what it left is. */}
          {!error && !isBusy && lastRole && (
            <div className="again">
              {lastRole === 'user' && <p>There is no answer yet.</p>}
              {retry}
            </div>
          )}
        </div>
      </div>
      {planBar}
      <form className="composer" onSubmit={submit}>
        <input
          name="text"
          aria-label="Message"
          placeholder="What is the weather in Oslo?"
          autoComplete="off"
        />
        {/* Keys: one button that changes its type under a click would send the form. */}
        {isBusy ? (
          <button key="stop" type="button" onClick={onStop}>
            Stop
          </button>
        ) : (
          <button key="send" type="submit">
            Send
          </button>
        )}
      </form>
    </main>
  )
}
