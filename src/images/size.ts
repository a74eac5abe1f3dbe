import { InvalidArgumentError } from '@ai-sdk/provider'
import type { WarningCollector } from '../request/warnings.ts'
import type { CodexImageCall } from './call.ts'
import { takesAnySize } from './ids.ts'

/** Sizes that every image model takes, by their ratio of width to height. */
const COMMON_SIZES = [
  { ratio: 1, size: '1024x1024' },
  { ratio: 3 / 2, size: '1536x1024' },
  { ratio: 2 / 3, size: '1024x1536' },
] as const

/** Pixels of the largest common size. */
const MAX_PIXELS = 1536 * 1024
/** Width and height are multiples of this, … */
const STEP = 16
/** … and the longer one is at most so many times the shorter one. */
const MAX_RATIO = 3

/**
 * The size to ask for: the one given, else one of the aspect ratio, else `auto`.
 *
 * @throws InvalidArgumentError for a size or an aspect ratio of another form.
 */
export function sizeOf(
  { size, aspectRatio, warnings }: Pick<CodexImageCall, 'size' | 'aspectRatio' | 'warnings'>,
  modelId: string,
): string {
  if (size !== undefined) {
    // JavaScript callers may say so.
    if (size === 'auto') return size
    assertPair(size, 'x', 'size', '1024x1024')
    if (aspectRatio !== undefined) leaveOutRatio('the size is given', warnings)
    return size
  }
  if (aspectRatio === undefined) return 'auto'
  const [width, height] = assertPair(aspectRatio, ':', 'aspectRatio', '16:9')
  const ratio = width / height
  const common = COMMON_SIZES.find((one) => one.ratio === ratio)
  if (common) return common.size
  if (!takesAnySize(modelId)) {
    const nearest = ratio > 1 ? '1536x1024' : '1024x1536'
    const details = `${modelId} takes no aspect ratio of ${aspectRatio}; the nearest size, ${nearest}, is asked for.`
    warnings.add({ type: 'setting', setting: 'aspectRatio', details })
    return nearest
  }
  if (Math.max(ratio, 1 / ratio) <= MAX_RATIO) return sizeOfRatio(width, height)
  leaveOutRatio(`the longer side may be at most ${MAX_RATIO} times the shorter one`, warnings)
  return 'auto'
}

/** The largest size of that ratio, or one that is near where none is exact. */
function sizeOfRatio(width: number, height: number): string {
  const divisor = greatestDivisor(width, height)
  const exact = [(width / divisor) * STEP, (height / divisor) * STEP] as const
  const factor = Math.floor(Math.sqrt(MAX_PIXELS / (exact[0] * exact[1])))
  // A small image of the exact ratio would be worse than a large one that is half a step off.
  if (exact[0] * exact[1] * factor ** 2 >= MAX_PIXELS / 2) return `${exact[0] * factor}x${exact[1] * factor}`
  const near = (side: number) => Math.floor(Math.sqrt(MAX_PIXELS * side) / STEP) * STEP
  return `${near(width / height)}x${near(height / width)}`
}

const greatestDivisor = (a: number, b: number): number => (b === 0 ? a : greatestDivisor(b, a % b))

function leaveOutRatio(why: string, warnings: WarningCollector): void {
  warnings.add({ type: 'setting', setting: 'aspectRatio', details: `aspectRatio is left out: ${why}.` })
}

/** Two whole numbers above zero. */
function assertPair(
  text: string,
  separator: 'x' | ':',
  argument: 'size' | 'aspectRatio',
  example: string,
): [number, number] {
  const pair = /^([1-9]\d{0,4})[x:]([1-9]\d{0,4})$/.exec(text)
  if (pair && text.includes(separator)) return [Number(pair[1]), Number(pair[2])]
  throw new InvalidArgumentError({
    argument,
    message: `Invalid value for ${argument}: it must be two whole numbers, such as '${example}'.`,
  })
}
