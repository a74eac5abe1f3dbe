/** What a request asked for, as far as its answer must be read by it. */
export interface AnswerForm {
  /** Is the answer's text to be JSON alone? */
  jsonOutput: boolean
  /** the answer's JSON is `{"value": …}` and is unwrapped */
  unwrapOutput: boolean
  /**
   * by the wire's name; for items without a name (local_shell_call, web_search_call, image_generation_call) by the
   * backend's tool type
   */
  tools: ReadonlyMap<string, { name: string; isWrapped: boolean; kind: 'function' | 'custom' | 'hosted' }>
}
