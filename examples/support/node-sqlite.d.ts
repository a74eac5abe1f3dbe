/** The part of Node's SQLite that the examples use; the types of Node 20 lack it. */
declare module 'node:sqlite' {
  type Value = string | number | null

  interface StatementSync {
    get(...values: Value[]): Record<string, Value> | undefined
    run(...values: Value[]): { changes: number | bigint }
  }

  export class DatabaseSync {
    constructor(path: string)
    exec(sql: string): void
    prepare(sql: string): StatementSync
    close(): void
  }
}
