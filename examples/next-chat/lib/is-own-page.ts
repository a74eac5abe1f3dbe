/**
 * True for a request of this app's own pages, or of a program on this machine. Other sites in the browser must not use
 * the plan or change the sign-in: neither by a form (`Origin`), nor by a name that leads to this machine (`Host`).
 */
export function isOwnPage({ headers }: Request): boolean {
  const host = headers.get('host') ?? ''
  const origin = headers.get('origin') ?? `http://${host}`
  const site = headers.get('sec-fetch-site') ?? 'none'
  return LOOPBACK.test(host) && origin === `http://${host}` && ['same-origin', 'none'].includes(site)
}

const LOOPBACK = /^(?:127\.0\.0\.1|localhost|\[::1\])(?::\d+)?$/
