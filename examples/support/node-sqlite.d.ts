/** What the examples use of Node's SQLite, which the types of Node 20 do not know. */
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
