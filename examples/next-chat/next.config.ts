import type { NextConfig } from 'next'

// The repository has a lockfile too, and Next would take its folder as the root of the app.
const config: NextConfig = { turbopack: { root: process.cwd() } }

export default config
