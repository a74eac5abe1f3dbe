import type { ReactNode } from 'react'
import { readFault } from '@/lib/fault.ts'

/** Shows what went wrong, and when to try again. */
export function FaultNote({ error, children }: { error: Error; children: ReactNode }) {
  const { message, resetsAt, link } = readFault(error)
  return (
    <div className="fault" role="alert">
      <p>{message}</p>
      {resetsAt && (
        <p>
          It opens again on <time dateTime={resetsAt}>{formatTime(resetsAt)}</time>.
        </p>
      )}
      {link && (
        <a href={link.url} target="_blank" rel="noopener">
          {link.text}
        </a>
      )}
      {children}
    </div>
  )
}

const formatTime = (time: string) =>
  new Date(time).toLocaleString('en', { dateStyle: 'full', timeStyle: 'short' })
