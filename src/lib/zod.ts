/** Loaded when something is to be checked: it takes longer to load than all of this package. */
export const loadZod = async () => (await import('zod/v4')).z
