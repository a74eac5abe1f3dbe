/**
 * Prints the CPU time of an import of a package and its first answer, in ms. `first-call.ts` passes this text to
 * `node -e`, so that a package is found from the working directory.
 */
const [baseURL, json] = process.argv.slice(1)
const start = process.cpuUsage()
await (json ? readModel(JSON.parse(json)) : readBare())
const { user, system } = process.cpuUsage(start)
process.stdout.write(String((user + system) / 1000))

async function readBare() {
  const response = await fetch(`${baseURL}/responses`, { method: 'POST', body: '{}' })
  await response.text()
}

async function readModel({ from, factory, modelId, settings }) {
  const exports = await import(from)
  // JSON carries no functions.
  const provider = exports[factory]({ ...settings, getSession: async () => settings.session })
  const model = provider.responses?.(modelId) ?? provider(modelId)
  const prompt = [{ role: 'user', content: [{ type: 'text', text: 'hi' }] }]
  const isV1 = model.specificationVersion === 'v1'
  const { stream } = await model.doStream(
    isV1 ? { inputFormat: 'prompt', mode: { type: 'regular' }, prompt } : { prompt },
  )
  let text = ''
  for await (const part of stream) if (part.type === 'text-delta') text += part.textDelta ?? part.delta
  if (text !== 'word '.repeat(10)) throw new Error(`read ${JSON.stringify(text)}`)
}
