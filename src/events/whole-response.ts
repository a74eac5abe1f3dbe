import { type JsonObject, parseObject } from '../lib/json.ts'

/** Returns the events equivalent to a whole Response object; undefined for any other text. */
export function eventsOfResponse(json: string): JsonObject[] | undefined {
  const response = parseObject(json)
  if (response?.object !== 'response' || !Array.isArray(response.output)) return undefined
  return [
    { type: 'response.created', response: { ...response, output: [] } },
    // Its status says how it went.
    { type: 'response.done', response },
  ]
}
