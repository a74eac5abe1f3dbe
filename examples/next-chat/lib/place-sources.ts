/** A piece of a text, or the address of a source that is cited after so many characters. */
export type Piece = { text: string } | { url: string; at: number }

/**
 * Cuts a text where it cites its sources, by the `annotations` of its metadata. They come from the model's backend, so
 * nothing about them is taken for granted.
 */
export function placeSources(text: string, annotations: unknown): Piece[] {
  const citations = (Array.isArray(annotations) ? annotations : [])
    .filter((one) => one?.type === 'url_citation' && isWebAddress(one.url))
    .map(({ url, start_index: start, end_index: end }) => ({ url, start, end }))
    .filter(({ start, end }) => isPlace(start) && isPlace(end) && start < end && end <= text.length)
    .sort((a, b) => a.start - b.start)
  const pieces: Piece[] = []
  let done = 0
  for (const { url, start, end } of citations) {
    if (start < done) continue
    const cited = text.slice(start, end)
    // A link in Markdown gives way to ours; other words stay, with our link behind them.
    const kept = cited.includes('](') ? start : end
    pieces.push({ text: text.slice(done, kept) }, { url, at: end })
    done = end
  }
  return [...pieces, { text: text.slice(done) }].filter((piece) => 'url' in piece || piece.text !== '')
}

const isPlace = (value: unknown) => Number.isInteger(value) && Number(value) >= 0

/** True for an address that a link may lead to: a model, or a page that it read, could also give `javascript:`. */
export function isWebAddress(url: unknown): url is string {
  return typeof url === 'string' && /^https?:\/\//i.test(url) && URL.canParse(url)
}
