/** The app's own, true name: users see it when they allow the app to use their plan. */
export const appName = 'Next chat example'

/** The app's own login file, on this machine. */
export const authFile = process.env.CHATGPT_AUTH_FILE || '~/.config/next-chat-example/chatgpt.json'
