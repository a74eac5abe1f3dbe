import { InvalidArgumentError } from '@ai-sdk/provider'

/**
 * Checks an address that tokens are sent to, and gives it as a `URL`: https, or plain http to this machine only
 * (127.0.0.0/8, ::1, localhost) unless `allowInsecure`.
 *
 * @param settingName The setting or environment variable that the address came from, for the error.
 * @throws InvalidArgumentError that names the setting.
 */
export function assertSecureUrl(address: string, settingName: string, allowInsecure = false): URL {
  const url = parseUrl(address, settingName)
  if (url.username !== '' || url.password !== '') {
    throw invalid(settingName, 'must hold no user name and no password: `fetch` takes none in an address')
  }
  if (url.protocol === 'https:') return url
  if (url.protocol !== 'http:') {
    throw invalid(settingName, `must be an https address, not ${url.protocol}//…`)
  }
  if (allowInsecure || isLoopback(url.hostname)) return url
  throw invalid(
    settingName,
    `is plain http to ${url.hostname}: tokens would travel unencrypted. ` +
      'Use https, or set allowInsecure: true if you must.',
  )
}

/**
 * An address that paths are added to, without a slash at its end; checked as {@link assertSecureUrl} does.
 *
 * @throws InvalidArgumentError that names the setting.
 */
export function toBaseAddress(address: string, settingName: string, allowInsecure = false): string {
  const { href } = assertSecureUrl(address, settingName, allowInsecure)
  // Empty ones, which `search` and `hash` do not show, swallow the paths as well.
  if (/[?#]/.test(href)) {
    throw invalid(settingName, 'must have no query and no fragment: paths are added to it')
  }
  // As it is parsed: without the line break at its end that a variable read from a file has.
  return href.replace(/(?<!\/)\/+$/, '')
}

function parseUrl(address: string, settingName: string): URL {
  try {
    return new URL(address)
  } catch {
    throw invalid(settingName, 'is not an absolute URL such as https://example.com')
  }
}

// `URL` has already brought short and hexadecimal forms of IPv4 addresses into four decimal parts.
function isLoopback(hostname: string): boolean {
  return hostname === 'localhost' || hostname === '[::1]' || /^127\.\d+\.\d+\.\d+$/.test(hostname)
}

// The address itself stays out of the message: it may hold a password.
function invalid(settingName: string, fault: string): InvalidArgumentError {
  return new InvalidArgumentError({ argument: settingName, message: `${settingName} ${fault}` })
}
