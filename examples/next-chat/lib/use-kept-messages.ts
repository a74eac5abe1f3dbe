import { useEffect } from 'react'

/** Keeps the messages of a chat when its tab reloads. Returns a function that clears them. */
export function useKeptMessages<Message>(
  key: string,
  messages: Message[],
  setMessages: (messages: Message[]) => void,
): () => void {
  useEffect(() => {
    const kept = sessionStorage.getItem(key)
    if (kept) setMessages(JSON.parse(kept))
  }, [key, setMessages])

  useEffect(() => {
    if (messages.length === 0) return
    try {
      sessionStorage.setItem(key, JSON.stringify(messages))
    } catch {
      // Pictures may be too much for it. Half a chat would be worse than none.
      sessionStorage.removeItem(key)
    }
  }, [key, messages])

  return () => sessionStorage.removeItem(key)
}
