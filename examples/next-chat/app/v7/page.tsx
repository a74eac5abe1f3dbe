'use client'

import { DefaultChatTransport, generateId, getToolName, isToolUIPart, type UIMessage } from 'ai7'
import { useChat } from 'ai7-react'
import { useState } from 'react'
import { Chat } from '@/components/chat.tsx'
import { Bubble, Thought, ToolCard } from '@/components/parts.tsx'
import { useKeptMessages } from '@/lib/use-kept-messages.ts'

const transport = new DefaultChatTransport({ api: '/api/chat-v7' })

/** The same chat on `ai` 7; its route is app/api/chat-v7/route.ts. */
export default function Page() {
  const [chatId, setChatId] = useState(generateId)
  const { messages, setMessages, sendMessage, stop, regenerate, status, error } = useChat({
    id: chatId,
    transport,
  })
  const forget = useKeptMessages('chat-v7', messages, setMessages)

  function startAnew() {
    forget()
    // With another id, `useChat` has no messages, and no error.
    setChatId(generateId())
  }

  return (
    <Chat
      status={status}
      error={error}
      lastRole={messages.at(-1)?.role}
      onSend={(text) => sendMessage({ text })}
      onStop={stop}
      onRetry={regenerate}
      onNew={startAnew}
    >
      {messages.map(({ id, role, parts }) => (
        <Bubble key={id} role={role}>
          {parts.map((part, index) => (
            // biome-ignore lint/suspicious/noArrayIndexKey: parts are only ever appended.
            <Part key={index} part={part} />
          ))}
        </Bubble>
      ))}
    </Chat>
  )
}

function Part({ part }: { part: UIMessage['parts'][number] }) {
  if (part.type === 'text') return <p>{part.text}</p>
  if (part.type === 'reasoning') return <Thought text={part.text} />
  if (isToolUIPart(part)) {
    const output = part.state === 'output-error' ? 'failed' : part.output
    return <ToolCard name={getToolName(part)} input={part.input} output={output} />
  }
  return null
}
