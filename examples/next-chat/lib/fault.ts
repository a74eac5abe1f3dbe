/** An error as the page shows it. A route passes it as JSON in the error's text. */
export interface Fault {
  message: string
  /** When the plan's limit resets (ISO 8601). The page shows it in the reader's time zone. */
  resetsAt?: string | undefined
  /** Where to go on. */
  link?: { text: string; url: string } | undefined
}

/** Reads the fault from an error of `useChat`. Any other error gets a message of its own. */
export function readFault(error: Error): Fault {
  // The browser's `fetch` failed; its words differ between browsers.
  if (error instanceof TypeError) return { message: 'There is no connection to the server.' }
  try {
    const fault = JSON.parse(error.message)
    if (typeof fault.message === 'string') return fault
  } catch {
    // Such as a page that says `Internal Server Error`.
  }
  return { message: 'Something went wrong.' }
}
