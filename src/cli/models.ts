import { createCore } from '../core/provider.ts'
import type { CodexModelInfo } from '../models/catalogue-entry.ts'
import { type Command, DONE } from './command.ts'
import { formatTable } from './format.ts'
import { print, withoutControls } from './io.ts'

export const models: Command = {
  about: 'list the models that your login may use',
  details:
    'The default effort of a model is marked by *. Hidden models work too; other\nclients do not show them.',
  options: ['json'],
  async run({ values }, io) {
    const list = await createCore({ authFile: values['auth-file'] }).models(io.signal)
    await print(io.stdout, values.json ? JSON.stringify(list.map(toJson), null, 2) : draw(list))
    return DONE
  },
}

function draw(list: readonly CodexModelInfo[]): string {
  if (list.length === 0) return 'The backend lists no models for this login.'
  const rows = list.map((model) => [
    model.id,
    (model.efforts ?? []).map((effort) => (effort === model.defaultEffort ? `${effort}*` : effort)).join(' '),
    formatWindow(model.contextWindow),
    (model.serviceTiers ?? []).join(' '),
    isHidden(model) ? 'hidden' : '',
  ])
  return withoutControls(formatTable([['MODEL', 'EFFORTS', 'CONTEXT', 'TIERS', ''], ...rows]))
}

const formatWindow = (tokens: number | undefined): string =>
  tokens === undefined ? '' : tokens < 1000 ? String(tokens) : `${Math.round(tokens / 1000)}k`

const isHidden = ({ visibility }: CodexModelInfo): boolean =>
  visibility !== undefined && visibility !== 'list'

const toJson = (model: CodexModelInfo) => ({
  id: model.id,
  displayName: model.displayName ?? null,
  shape: model.shape,
  efforts: model.efforts ?? null,
  defaultEffort: model.defaultEffort ?? null,
  verbosity: model.verbosity ?? null,
  contextWindow: model.contextWindow ?? null,
  inputModalities: model.inputModalities ?? null,
  serviceTiers: model.serviceTiers ?? null,
  visibility: model.visibility ?? null,
})
