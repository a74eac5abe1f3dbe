import type { ReactNode } from 'react'
import { isWebAddress, placeSources } from '@/lib/place-sources.ts'

/** One message of the user or the model. */
export function Bubble({ role, children }: { role: string; children: ReactNode }) {
  return <article className={`bubble ${role}`}>{children}</article>
}

/** A summary of the model's reasoning. */
export function Thought({ text }: { text: string }) {
  if (text === '') return null
  return (
    <details className="thought" open>
      <summary>Thinking</summary>
      {/* Markdown, but of no more than bold headings. */}
      <p>{text.replaceAll('**', '')}</p>
    </details>
  )
}

/** A tool call. Without an output, it is running or was stopped. */
export function ToolCard({ name, input, output }: { name: string; input: unknown; output: unknown }) {
  return (
    <section className="tool" aria-label={`Tool call: ${name}`}>
      <h2>{name}</h2>
      <dl>
        <dt>Asked</dt>
        <dd>{JSON.stringify(input)}</dd>
        <dt>Result</dt>
        <dd>{output === undefined ? 'none yet' : JSON.stringify(output)}</dd>
      </dl>
    </section>
  )
}

/** A text, with a link at each place that cites a source. */
export function CitedText({ text, annotations }: { text: string; annotations: unknown }) {
  return (
    <p>
      {placeSources(text, annotations).map((piece) =>
        'url' in piece ? <Source key={piece.at} url={piece.url} title={hostOf(piece.url)} /> : piece.text,
      )}
    </p>
  )
}

interface SourceProps {
  url: string
  title?: string | undefined
}

/** What an answer cites, and what its searches found. */
export function SourceList({ sources }: { sources: readonly SourceProps[] }) {
  if (sources.length === 0) return null
  return (
    <nav className="sources" aria-label="Sources">
      <ul>
        {sources.map(({ url, title }) => (
          <li key={url}>
            <Source url={url} title={title} />
          </li>
        ))}
      </ul>
    </nav>
  )
}

function Source({ url, title = url }: SourceProps) {
  if (!isWebAddress(url)) return title
  return (
    <a href={url} target="_blank" rel="noopener noreferrer nofollow">
      {title}
    </a>
  )
}

const hostOf = (url: string) => new URL(url).hostname.replace(/^www\./, '')

interface HostedProps {
  /** The answer that it belongs to is still streaming. */
  isLive: boolean
  /** The result, as the package passes it on; undefined until there is one. */
  output: unknown
}

/** Stands for the output of a tool that failed. */
export const FAILED = 'failed'

/** A web search, from its start on. */
export function SearchNote({ isLive, output }: HostedProps) {
  return (
    <p className="search" role="status">
      {describeSearch(isLive, output)}
    </p>
  )
}

function describeSearch(isLive: boolean, output: unknown): string {
  if (output === undefined) return isLive ? 'Searching the web…' : 'The search was stopped.'
  if (output === FAILED) return 'The search failed.'
  const { action } = output as { action?: { type?: string; query?: string; url?: string; pattern?: string } }
  switch (action?.type) {
    case 'openPage':
      return `Read ${action.url}`
    case 'findInPage':
      return `Looked for “${action.pattern}” in ${action.url}`
    default:
      return action?.query ? `Searched the web for “${action.query}”` : 'Searched the web'
  }
}

/** A picture that grows: the outputs before the last one are previews. */
export function Picture({ isLive, output }: HostedProps) {
  const { result } = (output ?? {}) as { result?: string }
  if (!result) return <p role="status">{isLive ? 'Drawing…' : 'There is no picture.'}</p>
  return (
    <figure aria-busy={isLive}>
      {/* biome-ignore lint/performance/noImgElement: next/image has nothing to gain from data that is here. */}
      <img src={`data:image/png;base64,${result}`} alt="Drawn by the model" />
    </figure>
  )
}
