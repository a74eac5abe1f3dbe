import { expect, test } from 'vitest'
import { resolveSettings } from '../../src/core/resolve-settings.ts'
import type { CodexProviderSettings } from '../../src/core/settings.ts'
import { codexRoute } from '../../src/routes/codex.ts'

const OWN = 'http://127.0.0.1:1'

test.each<[CodexProviderSettings, boolean]>([
  [{}, true],
  [{ baseURL: 'https://chatgpt.com/backend-api' }, true],
  [{ compress: false }, false],
  [{ baseURL: OWN }, false],
  [{ baseURL: OWN, compress: true }, true],
  [{ fetch }, false],
  [{ fetch, compress: true }, true],
])('%j: are bodies compressed?', (settings, compress) => {
  expect(resolveSettings(settings, codexRoute).compress).toBe(compress)
})

test('another route says for itself whether it takes zstd', () => {
  const route = { ...codexRoute, body: { ...codexRoute.body, takesZstd: false } }
  expect(resolveSettings({}, route).compress).toBe(false)
})
