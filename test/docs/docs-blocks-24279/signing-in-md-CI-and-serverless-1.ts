import { getAccessToken } from 'ai-sdk-provider-codex/auth'

process.stdout.write(await getAccessToken())
