import ts from 'typescript'

/** One small change to a source file. */
export interface Mutant {
  readonly start: number
  readonly end: number
  /** What stands between them instead. */
  readonly replacement: string
  /** The innermost function body or block around it: a number of `instrument`. */
  readonly region: number
}

/** A file with a call at the start of each region, and which of them are run when the module is loaded. */
export interface Instrumented {
  readonly text: string
  readonly atLoad: readonly number[]
}

const COMPARISONS: Readonly<Record<string, string>> = {
  '===': '!==',
  '!==': '===',
  '<': '<=',
  '<=': '<',
  '>': '>=',
  '>=': '>',
  '+': '-',
  '-': '+',
  '*': '/',
  '/': '*',
  '%': '*',
}

const parse = (text: string): ts.SourceFile =>
  ts.createSourceFile('source.ts', text, ts.ScriptTarget.Latest, true)

/** Whether the node begins a region: code that runs as a whole or not at all. */
const isRegion = (node: ts.Node): boolean =>
  ts.isSourceFile(node) || ts.isBlock(node) || (ts.isArrowFunction(node.parent) && node.parent.body === node)

/** Visits all nodes that are compiled, with the number of their region: types, imports and comments are left out. */
function visit(text: string, see: (node: ts.Node, region: number, tree: ts.SourceFile) => void): void {
  const tree = parse(text)
  let regions = 0
  const step = (node: ts.Node, around: number): void => {
    if (ts.isTypeNode(node) && !ts.isExpressionWithTypeArguments(node)) return
    if (ts.isImportDeclaration(node) || ts.isInterfaceDeclaration(node) || ts.isTypeAliasDeclaration(node))
      return
    if (ts.isExportDeclaration(node)) return
    const region = isRegion(node) ? regions++ : around
    see(node, region, tree)
    ts.forEachChild(node, (child) => step(child, region))
  }
  step(tree, 0)
}

/** Puts `globalThis.reached?.(<first> + region)` at the start of each region. */
export function instrument(text: string, first: number): Instrumented {
  const inserts: Array<[position: number, words: string]> = []
  const atLoad: number[] = []
  let last = -1
  visit(text, (node, region, tree) => {
    if (region === last || !isRegion(node)) return
    last = region
    const call = `globalThis.reached?.(${first + region})`
    if (ts.isSourceFile(node)) {
      inserts.push([0, `${call};`])
      atLoad.push(first + region)
    } else if (ts.isBlock(node)) inserts.push([node.getStart(tree) + 1, `${call};`])
    else inserts.push([node.getStart(tree), `(${call}, `], [node.end, ')'])
  })
  let woven = ''
  let at = 0
  for (const [position, words] of inserts.toSorted(([a], [b]) => a - b)) {
    woven += text.slice(at, position) + words
    at = position
  }
  return { text: woven + text.slice(at), atLoad }
}

/** What may stand in a node's place. */
function replacements(node: ts.Node, text: (node: ts.Node) => string): string[] {
  const { parent } = node
  if (ts.isBinaryExpression(node)) {
    const operator = text(node.operatorToken)
    const [left, right] = [text(node.left), text(node.right)]
    const other = COMPARISONS[operator]
    if (other !== undefined) return [`${left} ${other} ${right}`]
    if (operator === '&&' || operator === '||' || operator === '??') return [`(${left})`, `(${right})`]
    return []
  }
  if (ts.isPrefixUnaryExpression(node) && node.operator === ts.SyntaxKind.ExclamationToken) {
    return [`(${text(node.operand)})`]
  }
  if (ts.isNumericLiteral(node))
    return [node.text === '0' ? '1' : node.text === '1' ? '0' : `(${node.text} + 1)`]
  if (ts.isStringLiteral(node) || ts.isNoSubstitutionTemplateLiteral(node)) {
    if (ts.isPropertyAssignment(parent) && parent.name === node) return []
    if (ts.isCallExpression(parent) && parent.expression.kind === ts.SyntaxKind.ImportKeyword) return []
    return [node.text === '' ? "'mutant'" : "''"]
  }
  if (ts.isTemplateExpression(node)) return ["''"]
  if (node.kind === ts.SyntaxKind.TrueKeyword) return ['false']
  if (node.kind === ts.SyntaxKind.FalseKeyword) return ['true']
  if (ts.isExpressionStatement(node)) return [';']
  if (ts.isThrowStatement(node) || ts.isBreakOrContinueStatement(node)) return [';']
  if (ts.isReturnStatement(node)) {
    return node.expression === undefined
      ? [';']
      : text(node.expression) === 'undefined'
        ? []
        : ['return undefined']
  }
  return []
}

/** What may stand in an expression's place because of where it stands. */
function conditions(node: ts.Node): string[] {
  const { parent } = node
  if (ts.isSourceFile(node)) return []
  if (ts.isIfStatement(parent) && parent.expression === node) return ['true', 'false']
  if (ts.isConditionalExpression(parent) && parent.condition === node) return ['true', 'false']
  if (ts.isWhileStatement(parent) && parent.expression === node) return ['false']
  if (ts.isForStatement(parent) && parent.condition === node) return ['false']
  if (ts.isArrowFunction(parent) && parent.body === node && !ts.isBlock(node)) return ['undefined']
  return []
}

/** Where the elements of a list stand, each with the comma before or after it. */
function elements(node: ts.Node, tree: ts.SourceFile): Array<[start: number, end: number]> {
  const list = ts.isArrayLiteralExpression(node)
    ? node.elements
    : ts.isObjectLiteralExpression(node)
      ? node.properties
      : undefined
  return (list ?? []).map((element, index) => {
    const next = list?.[index + 1]
    if (next !== undefined) return [element.getStart(tree), next.getStart(tree)]
    const before = list?.[index - 1]
    return [before?.end ?? element.getStart(tree), element.end]
  })
}

/** All small changes to a file, in the order of the file; not all of them compile. */
export function mutantsOf(text: string): Mutant[] {
  const found: Mutant[] = []
  visit(text, (node, region, tree) => {
    const start = node.getStart(tree)
    const add = (replacement: string, from = start, to = node.end): void => {
      if (text.slice(from, to) !== replacement) found.push({ start: from, end: to, replacement, region })
    }
    const words = (part: ts.Node): string => text.slice(part.getStart(tree), part.end)
    for (const replacement of replacements(node, words)) add(replacement)
    for (const replacement of conditions(node)) add(replacement)
    for (const [from, to] of elements(node, tree)) add('', from, to)
  })
  return found
}
