import type { Telemetry } from './ask.ts'

export const newTelemetry = (): Telemetry => ({ names: [], told: [] })

/** A tracer in the form of OpenTelemetry's, which keeps the names of its spans and all that they are told. */
export function toTracer({ names, told }: Telemetry): object {
  const tell = (...values: unknown[]) => void told.push(JSON.stringify(values))
  const span = {
    spanContext: () => ({ traceId: '0'.repeat(32), spanId: '0'.repeat(16), traceFlags: 0 }),
    isRecording: () => true,
    end: () => {},
    ...Object.fromEntries(
      [
        'setAttribute',
        'setAttributes',
        'addEvent',
        'addLink',
        'addLinks',
        'setStatus',
        'recordException',
        'updateName',
      ].map((name) => [
        name,
        (...values: unknown[]) => {
          tell(...values)
          return span
        },
      ]),
    ),
  }
  const startSpan = (name: string, options: unknown) => {
    names.push(name)
    tell(options)
    return span
  }
  return {
    startSpan,
    startActiveSpan: (name: string, ...rest: unknown[]) => {
      startSpan(name, typeof rest[0] === 'function' ? {} : rest[0])
      const run = rest.at(-1) as (given: unknown) => unknown
      return run(span)
    },
  }
}

const EVENTS = [
  'onStart',
  'onStepStart',
  'onLanguageModelCallStart',
  'onLanguageModelCallEnd',
  'onStepEnd',
  'onEnd',
  'onError',
]

/** What `ai` 7 has in place of a tracer: one function for each event. */
export const toIntegration = ({ names, told }: Telemetry): object =>
  Object.fromEntries(
    EVENTS.map((name) => [
      name,
      (event: unknown) => {
        names.push(name)
        told.push(JSON.stringify(event))
      },
    ]),
  )
