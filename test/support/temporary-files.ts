import { chmodSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

/** Puts all temporary files of a run, those of its processes too, into one folder, and removes it in the end. */
export function setup(): () => void {
  const folder = mkdtempSync(join(tmpdir(), 'codex-tests-'))
  // Some tests act as another user.
  chmodSync(folder, 0o1777)
  process.env.TMPDIR = folder
  return () => rmSync(folder, { recursive: true, force: true })
}
