import type { CodexModelInfo } from '../models/catalogue-entry.ts'
import { type Command, SUCCESS } from './command.ts'
import { coreOf } from './core.ts'
import { formatTable } from './format.ts'
import { oneLine, print, printJson } from './io.ts'

export const models: Command = {
  summary: 'list the models that your login may use',
  details:
    "The model's default effort is marked with *. Hidden models work too, but other\nclients do not list them.",
  options: ['json', 'plan'],
  async run({ values }, io) {
    const list = await (await coreOf(values)).models(io.signal)
    if (values.json) await printJson(io.stdout, list.map(toJson))
    else await print(io.stdout, formatModels(list))
    return SUCCESS
  },
}

function formatModels(list: readonly CodexModelInfo[]): string {
  const rows = list.map((model) => [
    model.id,
    (model.efforts ?? []).map((effort) => (effort === model.defaultEffort ? `${effort}*` : effort)).join(' '),
    formatContext(model.contextWindow),
    (model.serviceTiers ?? []).join(' '),
    isHidden(model) ? 'hidden' : '',
  ])
  return formatTable([['MODEL', 'EFFORTS', 'CONTEXT', 'TIERS', ''], ...rows.map((row) => row.map(oneLine))])
}

const formatContext = (tokens: number | undefined): string =>
  tokens === undefined ? '' : tokens < 1000 ? String(tokens) : `${Math.round(tokens / 1000)}k`

const isHidden = ({ visibility }: CodexModelInfo): boolean =>
  visibility !== undefined && visibility !== 'list'

/** Returns the model with all keys, null for what is unknown. */
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
