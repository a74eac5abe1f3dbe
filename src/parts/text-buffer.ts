/** Text that grows piece by piece. */
export interface TextBuffer {
  readonly length: number
  append(piece: string): void
  text(): string
}

/** Pieces joined at once. Engines keep `text += piece` as a tree of its pieces, which takes many times their length. */
const MAX_PIECES = 4096

/** Text that stays flat, however many pieces it is made of. */
export function createTextBuffer(): TextBuffer {
  let joined = ''
  let pieces: string[] = []
  let length = 0

  function join(): void {
    joined += pieces.join('')
    pieces = []
  }

  return {
    get length() {
      return length
    },
    append(piece) {
      length += piece.length
      if (pieces.push(piece) === MAX_PIECES) join()
    },
    text() {
      join()
      return joined
    },
  }
}
