import { vi } from 'vitest'

const { waitFor } = vi

// Vitest gives up after a second, which a busy machine needs for less.
vi.waitFor = (callback, options = 30_000) => waitFor(callback, options)
