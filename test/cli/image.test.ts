import { readdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { PNG } from '../contract/support/png.ts'
import { makeFolder, runCli, secretsOf, startWorld } from './support.ts'

const BYTES = Buffer.from(PNG, 'base64')

test('an image is drawn and saved', async () => {
  const { server, login } = await startWorld()
  const cwd = await makeFolder()
  const result = await runCli(['image', 'a', 'fox', '-o', 'fox.png'], { cwd })
  expect(result).toEqual({ exitCode: 0, stdout: `${join(cwd, 'fox.png')}\n`, stderr: '' })
  expect(await readFile(join(cwd, 'fox.png'))).toEqual(BYTES)
  expect(await readdir(cwd)).toEqual(['fox.png'])
  expect(server.requests.map(({ json }) => json)).toEqual([
    { prompt: 'a fox', background: 'opaque', model: 'gpt-image-2', quality: 'auto', size: 'auto' },
  ])
  for (const secret of secretsOf(login)) expect(JSON.stringify(result)).not.toContain(secret)
})

test('several images, their size, quality and format', async () => {
  const { server } = await startWorld()
  const cwd = await makeFolder()
  const argv = ['image', '-n', '2', '--size', '1536x1024', '--quality', 'low', '-o', 'a.webp', '--json']
  const { exitCode, stdout } = await runCli([...argv, '-m', 'gpt-image-3'], { cwd, stdin: 'two dots' })
  expect(exitCode).toBe(0)
  expect(JSON.parse(stdout)).toEqual({
    model: 'gpt-image-3',
    files: [join(cwd, 'a-1.webp'), join(cwd, 'a-2.webp')],
    warnings: [],
  })
  expect((await readdir(cwd)).sort()).toEqual(['a-1.webp', 'a-2.webp'])
  expect(server.requests[0]?.json).toMatchObject({
    prompt: 'two dots',
    n: 2,
    size: '1536x1024',
    quality: 'low',
    output_format: 'webp',
  })
})

test('a file that is there is kept, and nothing is drawn; --overwrite replaces it', async () => {
  const { server } = await startWorld()
  const cwd = await makeFolder()
  const file = join(cwd, 'fox.png')
  await writeFile(file, 'mine')
  expect(await runCli(['image', 'a fox', '-o', 'fox.png'], { cwd })).toEqual({
    exitCode: 1,
    stdout: '',
    stderr: `Error: ${file} is already there. Choose another name, or add --overwrite.\n`,
  })
  expect(server.requests).toEqual([])
  expect(await readFile(file, 'utf8')).toBe('mine')
  expect((await runCli(['image', 'a fox', '-o', 'fox.png', '--overwrite'], { cwd })).exitCode).toBe(0)
  expect(await readFile(file)).toEqual(BYTES)
  expect(await readdir(cwd)).toEqual(['fox.png'])
})

test('a file that comes while the image is drawn is kept', async () => {
  const { server } = await startWorld()
  const cwd = await makeFolder()
  const file = join(cwd, 'fox.png')
  async function* late() {
    await writeFile(file, 'mine')
    yield JSON.stringify({ data: [{ b64_json: PNG }] })
  }
  server.answerPath('/generations', { type: 'raw', chunks: late() })
  const { exitCode, stderr } = await runCli(['image', 'a fox', '-o', 'fox.png'], { cwd })
  expect({ exitCode, stderr }).toMatchObject({
    exitCode: 1,
    stderr: expect.stringContaining('already there'),
  })
  expect(await readFile(file, 'utf8')).toBe('mine')
  expect(await readdir(cwd)).toEqual(['fox.png'])
})

test.each([
  [['image', 'a fox'], 2, 'Say where to save the image: -o fox.png.'],
  [['image', 'a fox', '-o', 'fox.gif'], 2, 'must end in .png, .jpg or .webp, not fox.gif.'],
  [['image', 'a fox', '-o', 'a.png', '-n', '11'], 2, '--count must be a number from 1 to 10, not 11.'],
  [['image', '-o', 'a.png'], 2, 'No text given. Say what to draw'],
  [['image', 'a fox', '-o', 'a.png', '--size', 'big'], 2, "two whole numbers, such as '1024x1024'"],
  [['image', 'a fox', '-o', 'a.png', '--quality', 'best'], 2, 'quality: allowed are "auto", "low"'],
  [['image', 'a fox', '-o', 'no/folder/a.png'], 1, 'There is no folder'],
  [['image', 'a fox', '-o', 'a.png', '--effort', 'low'], 2, 'image has no option --effort.'],
] as const)('%j is an error before any request', async (argv, exitCode, says) => {
  const { server } = await startWorld()
  const cwd = await makeFolder()
  const result = await runCli(argv, { cwd })
  expect(result).toMatchObject({ exitCode, stdout: '', stderr: expect.stringContaining(says) })
  expect(server.requests).toEqual([])
  expect(await readdir(cwd)).toEqual([])
})

test('fewer images than asked for are saved, with a warning', async () => {
  const { server } = await startWorld()
  const cwd = await makeFolder()
  server.answerPath(
    '/generations',
    { type: 'raw', chunks: [JSON.stringify({ data: [{ b64_json: PNG }] })] },
    { type: 'error', status: 400, body: { detail: 'No more' } },
  )
  const { exitCode, stdout, stderr } = await runCli(['image', 'dots', '-n', '2', '-o', 'a.png'], { cwd })
  expect({ exitCode, stdout }).toEqual({ exitCode: 1, stdout: `${join(cwd, 'a-1.png')}\n` })
  expect(stderr).toMatch(/^Warning: Only 1 of 2 images came\. .*No more/)
})

test('--plan has no images', async () => {
  await startWorld()
  const cwd = await makeFolder()
  const { exitCode, stderr } = await runCli(['image', 'a fox', '-o', 'a.png', '--plan'], { cwd })
  expect({ exitCode, stderr }).toMatchObject({
    exitCode: 1,
    stderr: expect.stringContaining('Sign in with ChatGPT covers no image models.'),
  })
})
