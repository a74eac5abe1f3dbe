/** JSON text of any value; what JSON has no word for becomes text (a big number, a circle) or `null`. */
export function toJsonText(value: unknown): string {
  try {
    return (
      JSON.stringify(value, (_, member: unknown) => (typeof member === 'bigint' ? String(member) : member)) ??
      'null'
    )
  } catch {
    return JSON.stringify(String(value))
  }
}

/** Text whose halves of characters (left by cutting it) are replaced: a strict JSON parser refuses them. */
export const wellFormed = (text: string): string => text.replace(/\p{Surrogate}/gu, '\ufffd')
