'use client'

import { useChat } from '@ai-sdk/react'
import { generateId, type UIMessage } from 'ai'
import { useState } from 'react'
import { Chat } from '@/components/chat.tsx'
import { Bubble, SourceList, Thought, ToolCard } from '@/components/parts.tsx'
import { useKeptMessages } from '@/lib/use-kept-messages.ts'

/** A chat on `ai` 4; its route is app/api/chat/route.ts. */
export default function Page() {
  const [chatId, setChatId] = useState(generateId)
  const { messages, setMessages, append, stop, reload, status, error } = useChat({ id: chatId })
  const forget = useKeptMessages('chat', messages, setMessages)

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
      onSend={(content) => append({ role: 'user', content })}
      onStop={stop}
      onRetry={reload}
      onNew={startAnew}
    >
      {messages.map(({ id, role, parts }) => (
        <Bubble key={id} role={role}>
          {parts.map((part, index) => (
            // biome-ignore lint/suspicious/noArrayIndexKey: parts are only ever appended.
            <Part key={index} part={part} />
          ))}
          <SourceList sources={parts.flatMap((part) => (part.type === 'source' ? [part.source] : []))} />
        </Bubble>
      ))}
    </Chat>
  )
}

function Part({ part }: { part: UIMessage['parts'][number] }) {
  switch (part.type) {
    case 'text':
      return <p>{part.text}</p>
    case 'reasoning':
      return <Thought text={part.reasoning} />
    case 'tool-invocation': {
      const { toolName, args, ...call } = part.toolInvocation
      return (
        <ToolCard name={toolName} input={args} output={call.state === 'result' ? call.result : undefined} />
      )
    }
    default:
      return null
  }
}
