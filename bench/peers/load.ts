/** Imports a package of this folder. */
export const load = (name: string): Promise<Record<string, unknown>> => import(name)
