// The rule as written and as a query of every target: side by side by number, with verdict, refusal, mapping and documents.

import type { VNode } from 'preact'
import type { ConversionFact, Entry, FindingFact, NameFact, PredicateFact, Stretch } from '../../catalog/entry.ts'
import { link } from '../address.ts'
import { Code, type Marked } from '../code.tsx'
import { Chip, type Here, listed, Table, Verdict, verdictWords } from '../elements.tsx'
import { EventTable } from './data-needed.tsx'
import type { Part } from './detection.tsx'

/** A longer query is shown in its file beside the page. */
export const longestQuery = 20_000

const grammarOf: Readonly<Record<string, string>> = {
  escu: 'yaml',
  sigma: 'yaml',
  sentinel: 'yaml',
  elastic: 'toml',
  watcher: 'json',
}

/** The language that a document is coloured as, by the ending of its name. */
export function documentLanguage(name: string): string {
  const ending = /\.([a-z0-9]+)$/i.exec(name)?.[1]?.toLowerCase() ?? ''
  return (
    (
      {
        yml: 'yaml',
        yaml: 'yaml',
        toml: 'toml',
        json: 'json',
        ndjson: 'json',
        conf: 'conf',
        sql: 'duckdb',
        yaral: 'yaral',
        yar: 'yaral',
        sh: 'bash',
        ps1: 'powershell',
        kql: 'kql',
        spl: 'spl',
      } as Record<string, string>
    )[ending] ?? ending
  )
}

export function querySections(entry: Entry, here: Here): readonly Part[] {
  return [
    { id: 'rule', title: 'The rule', content: <Written entry={entry} /> },
    {
      id: 'names',
      title: 'What it names',
      content: entry.names.length === 0 ? undefined : <Names of={entry.names} here={here} />,
    },
    {
      id: 'targets',
      title: 'In every language',
      content: entry.conversions.length === 0 ? undefined : <Targets entry={entry} here={here} />,
    },
  ]
}

/** Tests by their places in the rule's own text. */
export function sourceMarks(predicates: readonly PredicateFact[]): readonly Marked[] {
  return predicates.flatMap((one, index) =>
    one.at === undefined || one.at.file !== undefined
      ? []
      : [{ start: one.at.start, end: one.at.end, numbers: String(index + 1) }],
  )
}

const within = (inner: Stretch, outer: Stretch): boolean =>
  inner.file === outer.file && inner.start >= outer.start && inner.end <= outer.end

/** The stretches of a query that stand for tests of the rule, by the numbers of those. What stands for more than six is a frame around others. */
export function queryMarks(conversion: ConversionFact, predicates: readonly PredicateFact[]): readonly Marked[] {
  return conversion.marks.flatMap(mark => {
    const numbers = predicates.flatMap((one, index) =>
      one.at !== undefined && mark.from.some(stretch => within(one.at!, stretch)) ? [index + 1] : [],
    )
    if (numbers.length > 6 || (numbers.length === 0 && mark.how !== 'added')) return []
    return [{ start: mark.start, end: mark.end, numbers: numbers.join(' '), how: mark.how }]
  })
}

function Written({ entry }: { entry: Entry }): VNode {
  const { source } = entry
  const ending = documentLanguage(source.file)
  const language = grammarOf[source.format] ?? (ending === '' ? source.language : ending)
  const whole = source.text.length <= longestRule
  return (
    <>
      <Code
        text={whole ? source.text : source.text.slice(0, longestRule)}
        language={language}
        label={`The rule, ${source.formatTitle}`}
        lines="L"
        marks={sourceMarks(entry.predicates)}
        name={source.file.split(/[\\/]/).at(-1)}
      />
      {!whole && <p>The rule is longer than 60 000 characters; its whole text is beside this page.</p>}
    </>
  )
}

function Names({ of, here }: { of: readonly NameFact[]; here: Here }): VNode {
  return (
    <Table
      label="Macros, lookups and lists"
      head={['Name', 'Kind', 'Stands for']}
      rows={of.map(one => {
        const key = here.known.names.get(`${one.kind}:${one.name}`)
        return [
          key === undefined ? <code>{one.name}</code> : <a href={link(here.path, `name/${key}/`)}>{one.name}</a>,
          one.kind,
          <>
            {one.body !== undefined && <code class="v">{one.body.slice(0, 2000)}</code>}
            {one.description !== undefined && <span class="note">{one.description}</span>}
          </>,
        ]
      })}
    />
  )
}

function Targets({ entry, here }: { entry: Entry; here: Here }): VNode {
  const first = entry.conversions.findIndex(one => one.query !== undefined)
  return (
    <div class="tabs">
      <fieldset class="tablist">
        <legend class="unseen">Target</legend>
        {entry.conversions.map((one, index) => (
          <label class={`vd-${one.verdict}`}>
            <input type="radio" name="target" value={one.target} checked={index === Math.max(0, first)} />
            <span aria-hidden="true">{verdictWords[one.verdict].mark}</span> {one.target}
            <span class="unseen">: {verdictWords[one.verdict].word}</span>
          </label>
        ))}
      </fieldset>
      <div class="panels">
        {entry.conversions.map(one => (
          <Panel of={one} entry={entry} here={here} />
        ))}
      </div>
    </div>
  )
}

function Panel({ of, entry, here }: { of: ConversionFact; entry: Entry; here: Here }): VNode {
  const known = here.known.targets.has(of.target)
  return (
    <section class="panel" id={`t-${of.target}`} aria-label={of.title}>
      <h4>{known ? <a href={link(here.path, `target/${of.target}/`)}>{of.title}</a> : of.title}</h4>
      <p>
        <Verdict verdict={of.verdict} />: {verdictWords[of.verdict].claim}
        {of.by !== undefined && ` (by ${of.by})`}. <a href={link(here.path, `proof/${entry.slug}/#t-${of.target}`)}>Proof</a>
      </p>
      <Query of={of} entry={entry} here={here} />
      <Findings of={of.findings} lines={linesOf(entry)} />
      {of.counterexample !== undefined && <Counterexample of={of.counterexample} target={of.target} />}
      {of.tables.length > 0 && (
        <p class="chips">
          Reads{' '}
          {of.tables.map(table => (
            <Chip>{table}</Chip>
          ))}
        </p>
      )}
      {of.mapping.some(one => one.columns.length !== 1 || one.columns[0] !== one.field) && (
        <details>
          <summary>Fields there</summary>
          <Table
            label={`Fields in ${of.title}`}
            head={['Rule', 'Target']}
            rows={of.mapping.map(one => [
              <code>{one.field}</code>,
              one.columns.length === 0 ? <span class="dim">none</span> : listed(one.columns.map(column => <code>{column}</code>)),
            ])}
          />
        </details>
      )}
      {of.documents.map(document => (
        <details>
          <summary>{document.name}</summary>
          {document.text.length > longestQuery ? (
            <p>
              {document.name} is in <a href={link(here.path, `d/${entry.slug}/entry.json`)}>the JSON of this page</a>.
            </p>
          ) : (
            <Code
              text={document.text}
              language={documentLanguage(document.name)}
              label={`${document.name} for ${of.title}`}
              name={document.name}
            />
          )}
        </details>
      ))}
    </section>
  )
}

function Query({ of, entry, here }: { of: ConversionFact; entry: Entry; here: Here }): VNode | null {
  if (of.query === undefined) return null
  if (of.query.length > longestQuery)
    return (
      <p>
        The query has {of.query.length} characters; it is in{' '}
        <a href={link(here.path, `d/${entry.slug}/queries.txt`)}>the file of all queries</a>.
      </p>
    )
  return (
    <Code
      text={of.query}
      language={of.language}
      label={`Query for ${of.title}`}
      marks={queryMarks(of, entry.predicates)}
      name={`${entry.slug}.${of.target}.txt`}
    />
  )
}

/** How many lines of the rule are on its page. */
export const linesOf = (entry: Entry): number => entry.source.text.slice(0, longestRule).replace(/\n$/, '').split('\n').length

const longestRule = 60_000

/** Findings, each with its code and what to do; `lines` of the rule can be linked. */
export function Findings({ of, lines = 0 }: { of: readonly FindingFact[]; lines?: number }): VNode | null {
  if (of.length === 0) return null
  return (
    <ul class="findings">
      {of.map(one => (
        <li>
          <span class={`sev sev-${one.severity}`}>{one.severity}</span> <code>{one.code}</code> {one.message}
          {one.line !== undefined &&
            (one.line <= lines ? <a href={`#L${one.line}`}> (line {one.line})</a> : ` (line ${one.line})`)}
          {one.hint !== undefined && <span class="note">{one.hint}</span>}
        </li>
      ))}
    </ul>
  )
}

/** The event on which rule and query part. */
export function Counterexample({ of, target }: { of: NonNullable<ConversionFact['counterexample']>; target: string }): VNode {
  return (
    <div class="counter">
      <p>
        On this event the rule {of.original ? 'fires' : 'is quiet'} and the query {of.translated ? 'matches' : 'does not match'}:
      </p>
      {of.events.map((event, index) => (
        <EventTable event={event} label={`Counterexample ${index + 1} for ${target}`} />
      ))}
    </div>
  )
}
