export const median = (values: readonly number[]): number =>
  [...values].sort((a, b) => a - b)[values.length >> 1] ?? Number.NaN

/** Leaves no garbage of others to pay for. */
export const collect = (): void => globalThis.gc?.()

/** CPU time of this process that the work takes, in microseconds. */
export async function cpuTime(work: () => Promise<unknown>): Promise<number> {
  const before = process.cpuUsage()
  await work()
  const { user, system } = process.cpuUsage(before)
  return user + system
}

/** A row of the table: name and figures. */
export function row(name: string, figures: string): void {
  console.log(`  ${name.padEnd(34)} ${figures}`)
}
