import { useEffect } from 'react'

/** Keeps the messages of a chat through a reload of its tab; gives a function that forgets them. */
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
    if (messages.length > 0) sessionStorage.setItem(key, JSON.stringify(messages))
  }, [key, messages])

  return () => sessionStorage.removeItem(key)
}
