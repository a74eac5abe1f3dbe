import { type JsonObject, parseObject } from '../lib/json.ts'

/** The events that would say the same as a whole Response object; undefined for any other text. */
export function eventsOfResponse(json: string): JsonObject[] | undefined {
  const response = parseObject(json)
  if (response?.object !== 'response' || !Array.isArray(response.output)) return undefined
  return [
    { type: 'response.created', response: { ...response, output: [] } },
    // How it went is told by the status of the response.
    { type: 'response.done', response },
  ]
}
