import type { IssuerAddress } from '../issuer.ts'
import type { LoginWords } from '../login-advice.ts'

const WITH =
  'with ChatGPT: `npx ai-sdk-provider-codex login --plan --app-name "<name>"`, or `loginWithChatGPT`.'

/** Words for "Sign in with ChatGPT". */
export const CHATGPT_WORDS: LoginWords = {
  name: 'ChatGPT',
  logIn: `Sign in ${WITH}`,
  logInAgain: `Sign in again ${WITH}`,
  otherFile: 'point `authFile` or CHATGPT_AUTH_FILE to another file',
}

/** The login server of "Sign in with ChatGPT". */
export const CHATGPT_ISSUER: IssuerAddress = { env: 'CHATGPT_ISSUER', default: 'https://auth.openai.com' }

/** API that the plan is used by, named in each grant. */
export const RESOURCE = 'https://api.openai.com/v1'

/** Texts for an app that runs on the user's ChatGPT plan, by OpenAI's guidelines for such apps. */
export const CHATGPT_PLAN_TEXTS = {
  /** Label of the button that signs in; black or white, with the ChatGPT logo. */
  signInButton: 'Continue with ChatGPT',
  /** To show once, after the first login with plan usage (`isFirst` of the result), and never again. */
  welcome: {
    title: "You're using your ChatGPT plan",
    text: 'Eligible usage in this app uses your ChatGPT plan. You can manage it in your ChatGPT settings.',
    button: 'Got it',
  },
  /** For the app's settings. */
  setting: {
    title: 'Use your ChatGPT plan',
    text: 'Eligible AI requests are completed with the usage of your plan or your credits balance.',
  },
  /** To show near the composer or the model picker, with the link. */
  usingPlan: 'Using ChatGPT plan',
  /** Label of the link to `manageUsageUrl`. */
  manageUsage: 'Manage usage',
  /** Title when a limit is reached; its first action is `manageUsage`. */
  limitReached: 'Usage limit reached',
  /** Page on which the user manages the usage of apps. */
  manageUsageUrl: 'https://chatgpt.com/settings/usage',
} as const
