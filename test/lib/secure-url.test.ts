import { describe, expect, it, vi } from 'vitest'
import { resolveIssuer } from '../../src/auth/issuer.ts'
import { assertSecureUrl } from '../../src/lib/secure-url.ts'

describe('assertSecureUrl', () => {
  it.each([
    'https://auth.openai.com',
    'http://localhost:8080/x',
    'http://127.0.0.1',
    'http://127.8.9.1:1',
    'http://127.1',
    'http://[::1]:3000',
  ])('takes %s', (address) => expect(assertSecureUrl(address, 'issuer')).toBeInstanceOf(URL))

  it.each([
    ['http://auth.example.com', /^issuer is plain http to auth\.example\.com.*allowInsecure/],
    ['http://128.0.0.1', /plain http/],
    ['http://127.0.0.1.example.com', /plain http/],
    ['http://localhost.example.com', /plain http/],
    ['http://localhost@example.com', /no user name/],
    ['http://[::2]', /plain http/],
    ['ftp://127.0.0.1', /^issuer must be an https address, not ftp:/],
    ['auth.openai.com', /^issuer is not an absolute URL/],
    ['', /^issuer is not an absolute URL/],
  ])('refuses %s', (address, message) => {
    expect(() => assertSecureUrl(address, 'issuer')).toThrow(
      expect.objectContaining({
        name: 'AI_InvalidArgumentError',
        argument: 'issuer',
        message: expect.stringMatching(message),
      }),
    )
  })

  it('takes plain http where that is asked for, but nothing else', () => {
    expect(assertSecureUrl('http://auth.example.com', 'issuer', true).host).toBe('auth.example.com')
    expect(() => assertSecureUrl('ftp://auth.example.com', 'issuer', true)).toThrow('https')
  })

  it('never shows a password', () => {
    expect(() => assertSecureUrl('http://me:secret@example.com', 'issuer')).toThrow(
      expect.objectContaining({ message: expect.not.stringContaining('secret') }),
    )
  })

  it.each(['https://me:secret@example.com', 'https://me@example.com', 'http://me:secret@localhost'])(
    'takes no user name and no password: %s',
    (address) => {
      expect(() => assertSecureUrl(address, 'baseURL', true)).toThrow(
        'baseURL must hold no user name and no password',
      )
    },
  )
})

describe('resolveIssuer', () => {
  it.each([
    ['default', undefined, undefined, 'https://auth.openai.com'],
    ['environment', undefined, 'https://a.example/', 'https://a.example'],
    ['empty environment', undefined, '', 'https://auth.openai.com'],
    ['white space around', undefined, ' https://a.example/\r\n', 'https://a.example'],
    ['white space around the setting', '\thttps://b.example/x/\n', undefined, 'https://b.example/x'],
    ['setting', 'https://b.example//', 'https://a.example', 'https://b.example'],
  ])('%s', (_, issuer, env, expected) => {
    vi.stubEnv('CODEX_ISSUER', env)
    expect(resolveIssuer({ issuer })).toBe(expected)
  })

  it.each(['https://a.example?', 'https://a.example/#', 'https://a.example/x?y=1', 'https://a.example/#z\n'])(
    'takes no query and no fragment: %j',
    (address) => {
      vi.stubEnv('CODEX_ISSUER', address)
      const message = 'CODEX_ISSUER must have no query and no fragment'
      expect(() => resolveIssuer()).toThrow(expect.objectContaining({ name: 'AI_InvalidArgumentError' }))
      expect(() => resolveIssuer()).toThrow(message)
      expect(() => resolveIssuer({ issuer: address })).toThrow('issuer must have no query')
    },
  )

  it('names the variable that is wrong', () => {
    vi.stubEnv('CODEX_ISSUER', 'http://a.example')
    expect(() => resolveIssuer()).toThrow('CODEX_ISSUER is plain http')
    expect(resolveIssuer({ allowInsecure: true })).toBe('http://a.example')
  })
})
