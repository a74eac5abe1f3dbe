'use client'

import { DefaultChatTransport, generateId, getToolName, isToolUIPart, type UIMessage } from 'ai7'
import { useChat } from 'ai7-react'
import { useState } from 'react'
import { Chat } from '@/components/chat.tsx'
import {
  Bubble,
  CitedText,
  FAILED,
  Picture,
  SearchNote,
  SourceList,
  Thought,
  ToolCard,
} from '@/components/parts.tsx'
import { PlanBar, type PlanTexts } from '@/components/plan-bar.tsx'
import { useKeptMessages } from '@/lib/use-kept-messages.ts'

interface ModernChatProps {
  /** The route that answers. */
  api: string
  keptAs: string
  /** Words of the sign-in with ChatGPT, where the page has one. */
  planTexts?: PlanTexts
}

/** A chat on `ai` 7. */
export function ModernChat({ api, keptAs, planTexts }: ModernChatProps) {
  const [transport] = useState(() => new DefaultChatTransport({ api }))
  const [chatId, setChatId] = useState(generateId)
  const { messages, setMessages, sendMessage, stop, regenerate, status, error } = useChat({
    id: chatId,
    transport,
  })
  const isBusy = status === 'submitted' || status === 'streaming'
  const forget = useKeptMessages(keptAs, messages, setMessages)

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
      planBar={planTexts && <PlanBar texts={planTexts} hasError={status === 'error'} />}
    >
      {messages.map(({ id, role, parts }) => (
        <Bubble key={id} role={role}>
          {parts.map((part, index) => (
            <Part
              // biome-ignore lint/suspicious/noArrayIndexKey: parts are only ever appended.
              key={index}
              part={part}
              isLive={isBusy && id === messages.at(-1)?.id}
              isLast={index === parts.length - 1}
            />
          ))}
          <SourceList sources={parts.filter((part) => part.type === 'source-url')} />
        </Bubble>
      ))}
    </Chat>
  )
}

interface PartProps {
  part: UIMessage['parts'][number]
  /** Its answer is still streaming. */
  isLive: boolean
  /** Nothing follows it in its message. */
  isLast: boolean
}

function Part({ part, isLive, isLast }: PartProps) {
  if (part.type === 'text') {
    const { codex, chatgpt } = part.providerMetadata ?? {}
    return <CitedText text={part.text} annotations={(codex ?? chatgpt)?.annotations} />
  }
  if (part.type === 'reasoning') return <Thought text={part.text} />
  if (isToolUIPart(part)) {
    const name = getToolName(part)
    const output = part.state === 'output-error' ? FAILED : part.output
    if (name === 'web_search') return <SearchNote isLive={isLive} output={output} />
    // After its previews, a picture also comes as a file.
    if (name === 'image_generation') return <Picture isLive={isLive && isLast} output={output} />
    return <ToolCard name={name} input={part.input} output={output} />
  }
  return null
}
