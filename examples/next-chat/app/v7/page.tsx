import { ModernChat } from '@/components/modern-chat.tsx'

/** The same chat on `ai` 7; its route is app/api/chat-v7/route.ts. */
export default function Page() {
  return <ModernChat api="/api/chat-v7" keptAs="chat-v7" />
}
