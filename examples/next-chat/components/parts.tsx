import type { ReactNode } from 'react'

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
