import type { NextConfig } from 'next'

// The repository around this example has a lockfile too, and Next would take its folder for the app's.
const config: NextConfig = { turbopack: { root: process.cwd() } }

export default config
