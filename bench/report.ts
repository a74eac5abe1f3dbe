/** The measured cases, and the table and the chart that are made from them. */
export const CASES = [
  { name: 'stream', title: 'One stream of 20,000 deltas', unit: 'ratio' },
  { name: 'small, cold', title: '300 answers of 10 deltas, cold', unit: 'ratio' },
  { name: 'small, warm', title: '300 answers of 10 deltas, warm', unit: 'ratio' },
  { name: 'parallel, cold', title: '200 answers of 100 deltas, 50 at once, cold', unit: 'ratio' },
  { name: 'parallel, warm', title: '200 answers of 100 deltas, 50 at once, warm', unit: 'ratio' },
  { name: 'first call', title: 'Import and first answer of a new process', unit: 'ms' },
] as const

type CaseInfo = (typeof CASES)[number]
export type CaseName = CaseInfo['name']

/** What a case has measured: ratios to the bare reader, or milliseconds of CPU time. */
export interface Case {
  /** The packages that are not installed. */
  absent: readonly string[]
  /** The median of each reader. */
  figures: Readonly<Record<string, number>>
  /** All rounds of each reader. */
  rounds: Readonly<Record<string, readonly number[]>>
}

/** The last measurement of a case. */
interface Result extends Pick<Case, 'figures'> {
  measured: string
  node: string
}

/** The last measurements. A case that was never measured is in no table and no chart. */
export type Results = { [Name in CaseName]?: Result | undefined }

const measuredIn = (results: Results): ReadonlyArray<{ info: CaseInfo; figures: Case['figures'] }> =>
  CASES.flatMap((info) => {
    const result = results[info.name]
    return result ? [{ info, figures: result.figures }] : []
  })

type Kind = 'floor' | 'ours' | 'peer'

function kindOf(reader: string): Kind {
  if (reader.startsWith('bare')) return 'floor'
  return reader.startsWith('ai-sdk-provider-codex') ? 'ours' : 'peer'
}

export const format = (figure: number, { unit }: Pick<CaseInfo, 'unit'>): string =>
  unit === 'ms' ? `${Math.round(figure)} ms` : figure.toFixed(2)

/** Says which of our entries are ahead of every peer, and which are behind the best one. */
export function leadOf(figures: Case['figures'], info: Pick<CaseInfo, 'unit'>): string {
  const ranked = Object.entries(figures).sort(([, a], [, b]) => a - b)
  const best = ranked.find(([reader]) => kindOf(reader) === 'peer')
  if (!best) return 'no peer to compare with'
  const ours = ranked.filter(([reader]) => kindOf(reader) === 'ours')
  const names = (isAhead: boolean) =>
    ours.filter(([, figure]) => figure < best[1] === isAhead).map(([reader]) => reader)
  const [ahead, behind] = [names(true), names(false)]
  const peer = `${best[0]} (${format(best[1], info)})`
  if (behind.length === 0) return `all our entries are ahead of every peer; next is ${peer}`
  if (ahead.length === 0) return `${peer} is ahead of all our entries`
  return `${peer} is ahead of ${behind.join(', ')}, and behind ${ahead.join(', ')}`
}

const readersOf = (results: Results): string[] => [
  ...new Set(measuredIn(results).flatMap(({ figures }) => Object.keys(figures))),
]

/** The figures as a table in Markdown. */
export function tableOf(results: Results): string {
  const cases = measuredIn(results)
  const cells = readersOf(results).map((reader) => [
    nameOf(reader),
    ...cases.map(({ info, figures }) => {
      const figure = figures[reader]
      return figure === undefined ? '–' : format(figure, info)
    }),
  ])
  const rows = [['Package', ...cases.map(({ info }) => info.name)], ...cells]
  const columns = rows[0] ?? []
  const widths = columns.map((_, column) =>
    rows.reduce((max, row) => Math.max(max, row[column]?.length ?? 0), 0),
  )
  const lines = rows.map((row) =>
    widths.map((width, column) => {
      const cell = row[column] ?? ''
      return column === 0 ? cell.padEnd(width) : cell.padStart(width)
    }),
  )
  const rule = widths.map((width, column) => (column === 0 ? '-'.repeat(width) : `${'-'.repeat(width - 1)}:`))
  lines.splice(1, 0, rule)
  return lines.map((line) => `| ${line.join(' | ')} |`).join('\n')
}

/** A package's name as code, with the major or the version of `ai` behind it. */
function nameOf(reader: string): string {
  const [name, ...rest] = reader.split(' ')
  return kindOf(reader) === 'floor' ? reader : `\`${name}\` ${rest.join(' ')}`
}

const PANEL = { width: 430, titleHeight: 34, rowHeight: 17, bar: 11, label: 205, bars: 165, gap: 14 }
const COLUMNS = 2

/** The figures as bars: a panel for each case, shorter is better. It brings its own background, light or dark. */
export function chartOf(results: Results): string {
  const panelHeight = PANEL.titleHeight + readersOf(results).length * PANEL.rowHeight + PANEL.gap
  const width = COLUMNS * PANEL.width + PANEL.gap
  const cases = measuredIn(results)
  const height = Math.ceil(cases.length / COLUMNS) * panelHeight + PANEL.gap
  const panels = cases.map(({ info, figures }, index) => {
    const x = PANEL.gap + (index % COLUMNS) * PANEL.width
    const y = Math.floor(index / COLUMNS) * panelHeight
    return `<g transform="translate(${x} ${y})">\n${panelOf(figures, info)}\n</g>`
  })
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}" role="img">
<title>CPU time of answers, beside other packages; shorter is better</title>
<style>
text { font: 11px system-ui, sans-serif; fill: #1f2328 }
.title { font-weight: 600 }
.background { fill: #ffffff }
.floor { fill: #afb8c1 }
.ours { fill: #0969da }
.peer { fill: #6e7781 }
@media (prefers-color-scheme: dark) {
  text { fill: #e6edf3 }
  .background { fill: #0d1117 }
  .floor { fill: #484f58 }
  .ours { fill: #58a6ff }
  .peer { fill: #8b949e }
}
</style>
<rect class="background" width="${width}" height="${height}" rx="6"/>
${panels.join('\n')}
</svg>
`
}

function panelOf(figures: Case['figures'], info: CaseInfo): string {
  const largest = Object.values(figures).reduce((max, figure) => Math.max(max, figure), 0)
  const unit = info.unit === 'ms' ? 'CPU in ms' : 'CPU, bare reader = 1'
  const bars = Object.entries(figures).map(([reader, figure], row) => {
    const y = PANEL.titleHeight + row * PANEL.rowHeight
    const length = ((figure / largest) * PANEL.bars).toFixed(1)
    const end = (PANEL.label + Number(length) + 5).toFixed(1)
    return `<text x="${PANEL.label - 6}" y="${y + 10}" text-anchor="end">${reader}</text><rect class="${kindOf(reader)}" x="${PANEL.label}" y="${y}" width="${length}" height="${PANEL.bar}" rx="2"/><text x="${end}" y="${y + 10}">${format(figure, info)}</text>`
  })
  return [`<text class="title" x="0" y="24">${info.title} (${unit})</text>`, ...bars].join('\n')
}

const START = '<!-- figures of bench/results.json -->'
const END = '<!-- end of figures -->'

/** Puts the table in place of the one that a page has. */
export function withTable(page: string, results: Results): string {
  const [before = '', rest = ''] = page.split(START)
  const [, after] = rest.split(END)
  if (after === undefined) throw new Error(`The page has no place for the table: ${START} … ${END}`)
  return `${before}${START}\n\n${tableOf(results)}\n\n${END}${after}`
}
