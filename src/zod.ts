/** Loaded when something is to be checked: it is most of what an import of this package would cost. */
export const loadZod = async () => (await import('zod/v4')).z
