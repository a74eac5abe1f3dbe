import type {
  CommonStreamPart,
  Finish,
  Metadata,
  Source,
  StreamPart,
  StreamStart,
  ToolCall,
} from './dialect.ts'

type Block = { type: 'text' | 'reasoning'; text: string; providerMetadata?: Metadata }

type Text = { type: 'text'; text: string; providerMetadata?: Metadata }
type Reasoning = { type: 'reasoning'; text: string; providerMetadata?: Metadata }

/** Content of a whole answer. */
export type Content<OwnPart> = Text | Reasoning | ToolCall | Source | OwnPart

/** Collects the parts of a stream into content, in the order in which they started. */
export function createCollector<Usage, FinishReason, Warning, OwnPart extends { type: string }>(
  unknown: Omit<Finish<Usage, FinishReason>, 'type'>,
) {
  const content: Content<OwnPart>[] = []
  const open = new Map<string, Block>()
  let ended = unknown
  let response: { id?: string; timestamp?: Date; modelId?: string } = {}

  function start(type: Block['type'], id: string, providerMetadata: Metadata | undefined): void {
    const block = { type, text: '', ...(providerMetadata ? { providerMetadata } : {}) } as Text | Reasoning
    open.set(`${type} ${id}`, block)
    content.push(block)
  }

  function grow(type: Block['type'], id: string, delta: string): void {
    const block = open.get(`${type} ${id}`)
    if (block) block.text += delta
  }

  function end(type: Block['type'], id: string, providerMetadata: Metadata | undefined): void {
    const block = open.get(`${type} ${id}`)
    if (block && providerMetadata) block.providerMetadata = providerMetadata
    open.delete(`${type} ${id}`)
  }

  /** Adds to a block of text or reasoning; false for any other part. */
  function addToBlock(part: CommonStreamPart): boolean {
    switch (part.type) {
      case 'text-start':
        start('text', part.id, part.providerMetadata)
        return true
      case 'reasoning-start':
        start('reasoning', part.id, part.providerMetadata)
        return true
      case 'text-delta':
        grow('text', part.id, part.delta)
        return true
      case 'reasoning-delta':
        grow('reasoning', part.id, part.delta)
        return true
      case 'text-end':
        end('text', part.id, part.providerMetadata)
        return true
      case 'reasoning-end':
        end('reasoning', part.id, part.providerMetadata)
        return true
      default:
        return false
    }
  }

  function add(given: StreamPart<Usage, FinishReason, Warning, OwnPart>): void {
    // A version's own parts are all content, and distinct from the common parts by type only.
    const part = given as CommonStreamPart | StreamStart<Warning> | Finish<Usage, FinishReason>
    switch (part.type) {
      case 'stream-start':
      case 'raw':
      case 'tool-input-start':
      case 'tool-input-delta':
      case 'tool-input-end':
        break
      case 'response-metadata': {
        const { type: _, ...metadata } = part
        response = metadata
        break
      }
      case 'finish': {
        const { type: _, ...finish } = part
        ended = finish
        break
      }
      case 'error':
        throw part.error
      default:
        // All other stream parts are content as they are.
        if (!addToBlock(part)) content.push(given as Content<OwnPart>)
    }
  }

  return { add, result: () => ({ content, ...ended, response }) }
}
