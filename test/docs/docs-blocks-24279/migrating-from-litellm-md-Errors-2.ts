import {
  CodexAuthFileNotFoundError,
  CodexAuthRefreshError,
  CodexAuthTokenExpiredError,
  getAccessToken,
} from 'ai-sdk-provider-codex/auth'

try {
  const token = await getAccessToken()
  console.log(token.length > 0)
} catch (error) {
  if (CodexAuthFileNotFoundError.isInstance(error)) console.log("Run 'codex login' first")
  else if (CodexAuthTokenExpiredError.isInstance(error))
    console.log("Token expired - run 'codex login' to refresh")
  else if (CodexAuthRefreshError.isInstance(error) && error.reason === 'network')
    console.log('Token refresh failed - check network connection')
  else if (CodexAuthRefreshError.isInstance(error)) console.log(`Token refresh failed - ${error.reason}`)
  else throw error
}
