/** Page that the browser shows at the end of a login. */
export interface LoginPage {
  status: number
  html: string
}

/** Page of a successful login. */
export const SUCCESS_PAGE: LoginPage = {
  status: 200,
  html: formatPage(
    'You are logged in',
    'You can close this window and return to the program that started the login.',
  ),
}

/** Page of a failed login, with the reason; the text is escaped. */
export const failurePage = (reason: string): LoginPage => ({
  status: 400,
  html: formatPage('You are not logged in', reason),
})

function formatPage(title: string, text: string): string {
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<title>${escapeHtml(title)}</title>
<style>body { font: 16px/1.5 system-ui, sans-serif; max-width: 36em; margin: 15vh auto; padding: 0 1em }</style>
</head>
<body>
<h1>${escapeHtml(title)}</h1>
<p>${escapeHtml(text)}</p>
</body>
</html>
`
}

const ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
}

function escapeHtml(text: string): string {
  return text.replace(/[&<>"']/g, (character) => ENTITIES[character] ?? '')
}
