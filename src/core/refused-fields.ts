import type { CodexRequest } from '../request/body.ts'
import type { WarningCollector } from '../request/warnings.ts'
import { withoutField } from './mend.ts'

/** The fields that the backend refused for a model, so that later calls leave them out from the start. */
export interface RefusedFields {
  /** @param key which backend, account and model refused it */
  remember(key: string, field: string): void
  /** The request without all of them, with a warning for each that it had. */
  leaveOut(key: string, request: CodexRequest, warnings: WarningCollector): CodexRequest
}

/** An own memory of refused fields, for one provider. */
export function createRefusedFields(): RefusedFields {
  const fieldsByKey = new Map<string, Set<string>>()
  return {
    remember(key, field) {
      fieldsByKey.set(key, (fieldsByKey.get(key) ?? new Set()).add(field))
    },
    leaveOut(key, request, warnings) {
      let left = request
      for (const field of fieldsByKey.get(key) ?? []) {
        const mended = withoutField(left, field)
        if (!mended) continue
        left = mended.request
        warnings.add(mended.warning)
      }
      return left
    },
  }
}
