/** A text that grows piece by piece. */
export interface GrownText {
  readonly length: number
  add(piece: string): void
  text(): string
}

/** Pieces joined at once. Engines keep `text += piece` as a tree of its pieces, which takes many times their length. */
const MAX_PIECES = 4096

/** A text that stays flat, however many pieces it is made of. */
export function createGrownText(start = ''): GrownText {
  let joined = start
  let pieces: string[] = []
  let { length } = start

  function join(): void {
    joined += pieces.join('')
    pieces = []
  }

  return {
    get length() {
      return length
    },
    add(piece) {
      length += piece.length
      if (pieces.push(piece) === MAX_PIECES) join()
    },
    text() {
      join()
      return joined
    },
  }
}
