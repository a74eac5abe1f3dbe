import { createHash } from 'node:crypto'
import { expect, test } from 'vitest'
import { createPkce, createState } from '../../../src/auth/login/pkce.ts'

test('a verifier has 86 characters, and its challenge is its SHA-256', async () => {
  const { verifier, challenge } = await createPkce()
  expect(verifier).toMatch(/^[\w-]{86}$/)
  expect(challenge).toBe(createHash('sha256').update(verifier).digest('base64url'))
})

test('no two are the same', async () => {
  const many = await Promise.all(Array.from({ length: 50 }, createPkce))
  expect(new Set(many.map(({ verifier }) => verifier)).size).toBe(50)
  expect(new Set(Array.from({ length: 50 }, createState)).size).toBe(50)
})

test('a state has 43 characters', () => {
  expect(createState()).toMatch(/^[\w-]{43}$/)
})
