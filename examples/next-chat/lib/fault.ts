/** What went wrong, as the page shows it. A route hands it over as JSON, in the text of the error. */
export interface Fault {
  message: string
  /** When the plan's limit ends (ISO 8601): the page tells it in the reader's own time zone. */
  resetsAt?: string
}

/** Reads the fault out of the error of `useChat`, whose text is that of the browser where no route answered. */
export function readFault({ message }: Error): Fault {
  try {
    return JSON.parse(message) as Fault
  } catch {
    return { message }
  }
}
