/** How an answer is read, by what its request asked for. */
export interface AnswerForm {
  /** True where the answer's text is JSON alone. */
  jsonOutput: boolean
  /** True where the answer's JSON is `{"value": …}`, and only the value is passed on. */
  unwrapOutput: boolean
  /**
   * The tools by their name in the request; for items without a name (`local_shell_call`, `web_search_call`,
   * `image_generation_call`, `tool_search_call`) by the type of the tool.
   */
  tools: ReadonlyMap<
    string,
    { name: string; isWrapped: boolean; kind: 'function' | 'custom' | 'hosted' | 'search' }
  >
}
