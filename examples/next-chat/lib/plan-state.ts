/** What the page may know of the sign-in with ChatGPT. The tokens stay on the server. */
export interface PlanState {
  /** `no-plan`: signed in, but the user did not allow the app to use the plan. */
  login: 'none' | 'plan' | 'no-plan'
  /** The last sign-in since the server started. */
  attempt?: 'waiting' | 'failed' | 'done' | undefined
  /** The user has just allowed it for the first time. */
  isFirst?: boolean | undefined
}
