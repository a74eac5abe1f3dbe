import { CHATGPT_PLAN_TEXTS } from 'ai-sdk-provider-codex/auth'
import { ModernChat } from '@/components/modern-chat.tsx'

/** The chat on the plan of who signs in with ChatGPT; its routes are app/api/chat-plan and app/api/plan. */
export default function Page() {
  return <ModernChat api="/api/chat-plan" keptAs="chat-plan" planTexts={CHATGPT_PLAN_TEXTS} />
}
