/** What rids an answer of the stand-in of its rate-limit headers: it leaves out what is empty. */
export const NO_LIMITS: Readonly<Record<string, string>> = Object.fromEntries(
  [
    'primary-used-percent',
    'secondary-used-percent',
    'plan-type',
    'credits-has-credits',
    'credits-unlimited',
  ].map((name) => [`x-codex-${name}`, '']),
)
