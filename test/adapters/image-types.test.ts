import { experimental_generateImage as generate4 } from 'ai'
import { experimental_generateImage as generate5 } from 'ai5'
import { generateImage as generate6 } from 'ai6'
import { generateImage as generate7 } from 'ai7'
import { expect, test } from 'vitest'
import { type CodexImageMetadata, type CodexImageOptions, createCodex as createV1 } from '../../src/index.ts'
import { startCodexServer } from '../../src/testing/server.ts'
import { createCodex as createV2 } from '../../src/v2.ts'
import { createCodex as createV3 } from '../../src/v3.ts'
import { createCodex as createV4 } from '../../src/v4.ts'

Object.assign(globalThis, { AI_SDK_LOG_WARNINGS: false })

const OPTIONS = { codex: { quality: 'low' } satisfies CodexImageOptions }

// Nothing is cast here: the type check shows that each version takes its model, options and metadata.
test('each version of ai takes the image model of its entry by its types', async () => {
  const server = await startCodexServer()
  try {
    const { access_token: accessToken } = server.login().tokens
    const settings = { baseURL: server.baseURL, auth: { accessToken } }
    const call = { prompt: 'a fox', providerOptions: OPTIONS }
    const results = await Promise.all([
      generate4({ model: createV1(settings).imageModel('gpt-image-2'), ...call }),
      generate5({ model: createV2(settings).imageModel('gpt-image-2'), ...call }),
      generate6({ model: createV3(settings).imageModel('gpt-image-2'), ...call }),
      generate7({ model: createV4(settings).imageModel('gpt-image-2'), ...call }),
      // Newer versions take older models.
      generate7({ model: createV2(settings).imageModel('gpt-image-2'), ...call }),
      generate7({ model: createV3(settings).imageModel('gpt-image-2'), ...call }),
    ])
    expect(results.map(({ image }) => image.uint8Array.length)).toEqual([70, 70, 70, 70, 70, 70])
    const [first] = results[3].providerMetadata.codex?.images ?? []
    const { planType, usage } = first as CodexImageMetadata
    expect({ planType, tokens: usage?.totalTokens }).toEqual({ planType: 'plus', tokens: 1002 })
  } finally {
    await server.close()
  }
})

test('an image model of another login', async () => {
  const server = await startCodexServer()
  try {
    const codex = createV4({ baseURL: server.baseURL, auth: { accessToken: 'none' } })
    const { access_token: accessToken } = server.login({ planType: 'pro' }).tokens
    const model = codex.withAuth({ accessToken }).imageModel('gpt-image')
    const { responses } = await generate7({ model, prompt: 'a fox' })
    expect(responses[0]?.headers?.['x-codex-plan-type']).toBe('pro')
  } finally {
    await server.close()
  }
})
