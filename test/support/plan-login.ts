import type { AuthJson, JsonObject } from '../../src/testing/types.ts'

/** Name under which the logins of tests are registered. */
export const APP = 'My app'

/** The content of a login file of "Sign in with ChatGPT", for a login that the stand-in issued. */
export const planDocument = ({ tokens, grant }: AuthJson, issuer: string, changes: JsonObject = {}) => ({
  ext_agent_host_id: 'urn:uuid:11111111-2222-4333-8444-555555555555',
  clients: [{ app_name: APP, issuer, client_id: grant?.client_id }],
  login: {
    client_id: grant?.client_id,
    access_token: tokens.access_token,
    refresh_token: tokens.refresh_token,
    id_token: tokens.id_token,
    scopes: grant?.scope.split(' '),
    earliest_refresh_at: grant?.earliest_refresh_at,
    ...changes,
  },
})
