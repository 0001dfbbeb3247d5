// Microsoft's own parser and binder for KQL, behind one function: what it says of a query over declared tables. It is no module; two scripts are loaded into the global scope in this order.

import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { runInThisContext } from 'node:vm'
import { asimFunctions, defenderTables, sentinelTables, workspaceFunctions } from './kusto-tables.ts'

interface List<T> {
  readonly Count: number
  getItem(index: number): T
}

interface Finding {
  readonly Code: string
  readonly Severity: string
  readonly Start: number
  readonly Length: number
  readonly Message: string
}

interface Column {
  readonly Name: string
  readonly Type: { readonly Name: string }
}

interface Code {
  GetDiagnostics(): List<Finding>
  readonly ResultType: { readonly Columns?: List<Column> } | null
}

interface Table {
  WithName(name: string): Table
}

/** What is used of the package's global; its types are declared in the package as ambient namespaces, which no import reaches. */
interface Kusto {
  readonly Language: {
    readonly KustoCode: { ParseAndAnalyze(text: string, globals: object): Code; Parse(text: string): Code }
    readonly Functions: { readonly All: object }
    readonly Aggregates: { readonly All: object }
    readonly GlobalState: { readonly Default: { WithDatabase(database: object): object } }
    readonly Symbols: {
      readonly TableSymbol: { From(schema: string): Table }
      readonly FunctionSymbol: {
        readonly $ctor16: new (name: string, parameters: string, body: string, description: string) => object
      }
      readonly DatabaseSymbol: { readonly ctor: new (name: string, members: readonly object[]) => object }
    }
  }
}

const scope: typeof globalThis & { Kusto?: Kusto } = globalThis

function load(): Kusto['Language'] {
  if (scope.Kusto === undefined) {
    const folder = dirname(createRequire(import.meta.url).resolve('@kusto/language-service-next/package.json'))
    for (const file of ['bridge.min.js', 'Kusto.Language.Bridge.min.js'])
      runInThisContext(readFileSync(join(folder, file), 'utf8'), { filename: file })
  }
  return scope.Kusto!.Language
}

const items = <T>(list: List<T>): readonly T[] => Array.from({ length: list.Count }, (_, index) => list.getItem(index))

/** `Name Other:long` → `(Name:string, Other:long)`, each name once. */
const declared = (columns: string): string =>
  `(${[...new Set(columns.trim().split(/\s+/))].map(column => (column.includes(':') ? column : `${column}:string`)).join(', ')})`

/** What Microsoft's parser finds wrong with the grammar of a query. */
export function syntaxErrors(query: string): readonly string[] {
  return items(load().KustoCode.Parse(query).GetDiagnostics()).map(finding => `${finding.Code} ${finding.Message}`)
}

/** A function of the library: its name, and how many arguments it takes. */
export interface Known {
  readonly name: string
  readonly least: number
  readonly most: number
}

interface Signatures {
  readonly Name: string
  readonly Signatures: List<{ readonly MinArgumentCount: number; readonly MaxArgumentCount: number }>
}

interface Enumerator {
  moveNext(): boolean
  readonly Current: Signatures
}

const bridge: typeof globalThis & { Bridge?: { getEnumerator(of: object): Enumerator } } = globalThis

/** The functions and aggregates that Microsoft's library knows. */
export function knownFunctions(which: 'Functions' | 'Aggregates'): readonly Known[] {
  const language = load()
  const out: Known[] = []
  const each = bridge.Bridge!.getEnumerator(language[which].All)
  while (each.moveNext()) {
    const { Name, Signatures } = each.Current
    const all = items(Signatures)
    out.push({
      name: Name,
      least: Math.min(...all.map(one => one.MinArgumentCount)),
      most: Math.max(...all.map(one => one.MaxArgumentCount)),
    })
  }
  return out
}

const quoted = (name: string): string => (/^[A-Za-z_]\w*$/.test(name) ? name : `['${name}']`)

/** The binder over tables of these columns. */
export function binderOver(
  tables: Readonly<Record<string, readonly { readonly name: string; readonly type?: string }[]>>,
): (query: string) => Said {
  const { KustoCode, GlobalState, Symbols } = load()
  const symbols = Object.entries(tables).map(([name, columns]) =>
    Symbols.TableSymbol.From(`(${columns.map(column => `${quoted(column.name)}:${column.type}`).join(', ')})`).WithName(name),
  )
  const globals = GlobalState.Default.WithDatabase(new Symbols.DatabaseSymbol.ctor('db', symbols))
  return query => {
    const code = KustoCode.ParseAndAnalyze(query, globals)
    const errors = items(code.GetDiagnostics())
      .filter(finding => finding.Severity === 'Error')
      .map(finding => `${finding.Code} ${finding.Message}`)
    const columns = code.ResultType?.Columns === undefined ? [] : items(code.ResultType.Columns)
    return { errors, columns: columns.map(column => `${column.Name}:${column.Type.Name}`) }
  }
}

/** What the binder says of a query. */
export interface Said {
  readonly errors: readonly string[]
  /** The columns of the result, with their types. */
  readonly columns: readonly string[]
}

/** A function that says what is wrong with a query over the tables of Defender, of Sentinel and of ASIM's parsers. */
export function binder(): (query: string) => Said {
  const { KustoCode, GlobalState, Symbols } = load()
  const tables = Object.entries({ ...defenderTables, ...sentinelTables, ...hidden() }).map(([name, columns]) =>
    Symbols.TableSymbol.From(declared(columns)).WithName(name),
  )
  const parsers = [...Object.keys(asimFunctions).map(name => [name, name] as const), ...Object.entries(workspaceFunctions)].map(
    ([name, of]) => new Symbols.FunctionSymbol.$ctor16(name, '(starttime:datetime=datetime(null))', `{ ${of}_rows }`, ''),
  )
  const globals = GlobalState.Default.WithDatabase(new Symbols.DatabaseSymbol.ctor('db', [...tables, ...parsers]))
  return query => {
    const code = KustoCode.ParseAndAnalyze(query, globals)
    const errors = items(code.GetDiagnostics())
      .filter(finding => finding.Severity === 'Error')
      .map(
        finding =>
          `${finding.Code} ${finding.Message} at "${query.slice(finding.Start, finding.Start + Math.max(finding.Length, 20))}"`,
      )
    const columns = code.ResultType?.Columns === undefined ? [] : items(code.ResultType.Columns)
    return { errors, columns: columns.map(column => `${column.Name}:${column.Type.Name}`) }
  }
}

/** The rows that a parser returns, as a table that it reads. */
function hidden(): Readonly<Record<string, string>> {
  return Object.fromEntries(Object.entries(asimFunctions).map(([name, columns]) => [`${name}_rows`, columns]))
}
