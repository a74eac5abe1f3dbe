/** What went wrong, as the page shows it. A route hands it over as JSON, in the text of the error. */
export interface Fault {
  message: string
  /** When the plan's limit ends (ISO 8601): the page tells it in the reader's own time zone. */
  resetsAt?: string | undefined
}

/** Reads the fault out of the error of `useChat`. An error of no route is told in words of our own, too. */
export function readFault(error: Error): Fault {
  // So fails the browser's `fetch`, with words that differ from browser to browser.
  if (error instanceof TypeError) return { message: 'There is no connection to the server.' }
  try {
    const fault = JSON.parse(error.message)
    if (typeof fault.message === 'string') return fault
  } catch {
    // Such as the text of a page that says `Internal Server Error`.
  }
  return { message: 'Something went wrong.' }
}
