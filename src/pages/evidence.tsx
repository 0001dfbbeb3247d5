// The evidence behind a detection on pages of its own: its tests with their events, the proof for each target, and how two rules stand to each other; and the targets and their limits.

import type { ComponentChildren, VNode } from 'preact'
import type { Catalog, TargetUse } from '../catalog/collection.ts'
import type { Entry, PredicateFact, RelatedFact, VerdictWord } from '../catalog/entry.ts'
import { link } from './address.ts'
import { Code } from './code.tsx'
import { EventTable } from './detection/data-needed.tsx'
import { sayOperator } from './detection/logic.tsx'
import { Outcome } from './detection/quality.tsx'
import { Counterexample, Findings, sourceMarks } from './detection/queries.tsx'
import { Witness } from './detection/relations.tsx'
import { counted, Field, figure, type Here, listed, Rule, Table, Terms, Value, Verdict, verdictWords } from './elements.tsx'
import type { Page } from './frame.tsx'

const above = (entry: Entry) => [
  { title: 'Rules', path: 'rules/' },
  { title: entry.rule.title, path: `d/${entry.slug}/` },
]

/** How a file is named in a command: in single quotes where a shell would read more into it. */
const shell = (text: string): string => (/^[\w./:=@%+-]+$/.test(text) ? text : `'${text.replaceAll("'", "'\\''")}'`)

/** The tests of a rule with their events and what came of each in each engine. */
export function testPage(entry: Entry, here: Here): Page {
  return {
    path: here.path,
    title: 'Tests',
    part: 'Rules',
    above: above(entry),
    body: (
      <>
        <header class="head">
          <h1>Tests of “{entry.rule.title}”</h1>
          <p class="lead">
            {counted(entry.tests.filter(test => test.expect === 'alert').length, 'event set')} that must raise an alert,{' '}
            {counted(entry.tests.filter(test => test.expect === 'silence').length, 'near miss', 'near misses')} that must not.
          </p>
          <Code text={`terrier test ${shell(entry.source.file)}`} language="bash" label="How to run them again" />
        </header>
        {entry.tests.map((test, index) => {
          const own = test.results.find(result => result.engine === 'terrier')
          const others = test.results.filter(result => result.engine !== 'terrier')
          return (
            <section class="part">
              <h2 id={`x-${index + 1}`}>
                <a href={`#x-${index + 1}`}>{test.name}</a>
              </h2>
              {test.note !== undefined && <p>{test.note}</p>}
              <p>
                Expected: {test.expect}. <Outcome outcome={own?.outcome ?? 'absent'} reason={own?.reason} />
                {own !== undefined && own.outcome !== 'absent' && `, ${counted(own.alerts, 'alert')}`}
              </p>
              {test.dataset !== undefined && (
                <p>
                  Data set: <code class="v">{test.dataset}</code>
                </p>
              )}
              {test.events.map((event, place) => (
                <EventTable event={event} label={`Event ${place + 1} of ${test.name}`} />
              ))}
              {test.count > test.events.length && <p>{counted(test.count - test.events.length, 'further event')}.</p>}
              {others.length > 0 && (
                <details>
                  <summary>
                    Queries over the same events: {others.filter(one => one.outcome === 'passed').length} of{' '}
                    {others.filter(one => one.outcome !== 'absent').length} agree
                  </summary>
                  <Table
                    label={`Results of ${test.name}`}
                    head={['Target', 'Result', 'Alerts']}
                    classes={[undefined, undefined, 'r']}
                    rows={others.map(one => [
                      one.engine,
                      <Outcome outcome={one.outcome} reason={one.reason} />,
                      figure(one.alerts),
                    ])}
                  />
                </details>
              )}
            </section>
          )
        })}
      </>
    ),
  }
}

/** What was shown of each target's query, on what it rests, and how to ask again. */
export function proofPage(entry: Entry, here: Here): Page {
  return {
    path: here.path,
    title: 'Proofs',
    part: 'Rules',
    above: above(entry),
    body: (
      <>
        <header class="head">
          <h1>Proofs of “{entry.rule.title}”</h1>
          <Table
            label="Verdicts"
            head={['Target', 'Verdict', 'By', 'Rests on']}
            rows={entry.conversions.map(one => [
              <a href={`#t-${one.target}`}>{one.title}</a>,
              <Verdict verdict={one.verdict} />,
              one.by ?? '–',
              one.given.length + one.assumed.length === 0
                ? 'nothing further'
                : counted(one.given.length + one.assumed.length, 'assumption'),
            ])}
          />
          <Code text={`terrier prove ${shell(entry.source.file)} -t all`} language="bash" label="How to ask again" />
        </header>
        {entry.conversions.map(one => (
          <section class="part">
            <h2 id={`t-${one.target}`}>
              <a href={`#t-${one.target}`}>{one.title}</a>
            </h2>
            <p>
              <Verdict verdict={one.verdict} />: {verdictWords[one.verdict].claim}
              {one.by === 'form' && '; both have one normal form'}
              {one.by === 'cases' && '; no case that their tests can tell apart parts them'}.{' '}
              {one.query !== undefined && <a href={link(here.path, `d/${entry.slug}/#t-${one.target}`)}>The query</a>}
            </p>
            {said('Taken to hold of the events', one.given)}
            {said('Left open by the manual, and assumed', one.assumed)}
            {said('Why it is not decided', one.why)}
            <Findings of={one.findings} />
            {one.counterexample !== undefined && <Counterexample of={one.counterexample} target={one.target} />}
          </section>
        ))}
      </>
    ),
  }
}

function said(title: string, lines: readonly string[]): ComponentChildren {
  if (lines.length === 0) return null
  return (
    <>
      <p>{title}:</p>
      <ul>
        {lines.map(line => (
          <li>{line}</li>
        ))}
      </ul>
    </>
  )
}

/** Two rules side by side: how they stand to each other, the events that show it, and what each asks that the other does not. */
export function comparePage(a: Entry, b: Entry, related: RelatedFact, here: Here): Page {
  const word =
    { equal: 'asks the same as', narrower: 'lies within', wider: 'holds all of', overlapping: 'overlaps with' }[
      related.relation as 'equal'
    ] ?? 'is related to'
  const key = (one: PredicateFact) => JSON.stringify([one.field, one.op, one.value, one.negated])
  const keysA = new Set(a.predicates.map(key))
  const keysB = new Set(b.predicates.map(key))
  const side = (entry: Entry, other: ReadonlySet<string>, id: string): VNode => (
    <section aria-labelledby={id}>
      <h2 id={id}>
        <a href={link(here.path, `d/${entry.slug}/`)}>{entry.rule.title}</a>
      </h2>
      <p class="dim">
        {entry.rule.level} · {entry.source.file}
      </p>
      {entry.predicates.length > 0 && (
        <Table
          label={`Tests of ${entry.rule.title}`}
          head={['Field', 'Test', 'Value', 'In both']}
          rows={entry.predicates
            .slice(0, 200)
            .map(one => [
              <Field name={one.field} here={here} />,
              `${one.negated ? 'not ' : ''}${sayOperator(one.op)}`,
              <Value of={one.value} />,
              other.has(key(one)) ? 'yes' : 'no',
            ])}
        />
      )}
      <details>
        <summary>The rule</summary>
        <Code
          text={entry.source.text.slice(0, 20_000)}
          language="yaml"
          label={entry.rule.title}
          marks={sourceMarks(entry.predicates)}
        />
      </details>
    </section>
  )
  return {
    path: here.path,
    title: `${a.rule.title} and ${b.rule.title}`,
    part: 'Rules',
    above: [{ title: 'Rules', path: 'rules/' }],
    body: (
      <>
        <header class="head">
          <h1>Two rules compared</h1>
          <p class="lead">
            <Rule slug={a.slug} here={here} /> {word} <Rule slug={b.slug} here={here} />.
          </p>
          <Witness of={related} />
          <Code
            text={`terrier compare ${shell(a.source.file)} ${shell(b.source.file)}`}
            language="bash"
            label="How to ask again"
          />
        </header>
        <div class="pair">
          {side(a, keysB, 'a')}
          {side(b, keysA, 'b')}
        </div>
      </>
    ),
  }
}

const order: readonly VerdictWord[] = ['equivalent', 'differs', 'undecided', 'refused']

/** All targets with what was reached for each. */
export function targetsPage(catalog: Catalog, here: Here): Page {
  return {
    path: here.path,
    title: 'Targets',
    part: 'Targets',
    body: (
      <>
        <header class="head">
          <h1>Targets</h1>
          <p class="lead">What each product can say of these rules, and what was shown of it.</p>
        </header>
        {catalog.targets.length > 0 && (
          <Table
            label="Targets"
            head={['Target', 'Language', 'Names', ...order.map(verdict => verdictWords[verdict].word)]}
            classes={[undefined, undefined, undefined, 'r', 'r', 'r', 'r']}
            rows={catalog.targets.map(one => [
              <>
                <a href={link(here.path, `target/${one.id}/`)}>{one.title}</a> <code class="dim">{one.id}</code>
              </>,
              one.languageTitle,
              one.schemaTitle,
              ...order.map(verdict => figure(one.verdicts[verdict] ?? 0)),
            ])}
          />
        )}
      </>
    ),
  }
}

/** One target: verdicts over the collection, and why what was refused or left open was. */
export function targetPage(of: TargetUse, catalog: Catalog, here: Here): Page {
  const total = order.reduce((sum, verdict) => sum + (of.verdicts[verdict] ?? 0), 0)
  const parts = catalog.briefs.filter(brief => brief.verdicts[of.id] === 'differs')
  return {
    path: here.path,
    title: of.title,
    part: 'Targets',
    alternates: [{ type: 'application/feed+json', path: `${here.path}feed.json`, title: `Rules that ${of.title} can say` }],
    above: [{ title: 'Targets', path: 'target/' }],
    body: (
      <>
        <header class="head">
          <h1>{of.title}</h1>
          <Terms
            of={[
              ['Id', <code>{of.id}</code>],
              ['Also called', of.aliases.join(', ')],
              ['Language', of.languageTitle],
              ['Names', of.schemaTitle],
              ['Documents', of.documents.join(', ')],
            ]}
          />
        </header>
        <section class="part">
          <h2 id="verdicts">Verdicts</h2>
          <Table
            label="Verdicts"
            head={['Verdict', 'Rules', 'Share', 'It says']}
            classes={[undefined, 'r', 'r', undefined]}
            rows={order.map(verdict => [
              <Verdict verdict={verdict} />,
              figure(of.verdicts[verdict] ?? 0),
              total === 0 ? '–' : `${figure(((of.verdicts[verdict] ?? 0) / total) * 100)} %`,
              verdictWords[verdict].claim,
            ])}
          />
        </section>
        {of.reasons.length > 0 && (
          <section class="part">
            <h2 id="reasons">Why not the rest</h2>
            <Table
              label="Reasons"
              head={['Reason', 'Code', 'Rules', 'Such as']}
              classes={[undefined, undefined, 'r', undefined]}
              rows={of.reasons.map(one => [
                one.title,
                here.known.codes.has(one.code) ? (
                  <a href={link(here.path, `lint/${one.code}/`)}>{one.code}</a>
                ) : (
                  <code>{one.code}</code>
                ),
                figure(one.count),
                listed(one.rules.slice(0, 3).map(slug => <Rule slug={slug} here={here} />)),
              ])}
            />
          </section>
        )}
        {parts.length > 0 && (
          <section class="part">
            <h2 id="differs">Rules whose query differs</h2>
            <ul class="columns">
              {parts.slice(0, 300).map(brief => (
                <li>
                  <a href={link(here.path, `proof/${brief.slug}/#t-${of.id}`)}>{brief.title}</a>
                </li>
              ))}
            </ul>
            {parts.length > 300 && <p>{counted(parts.length - 300, 'further rule')}.</p>}
          </section>
        )}
      </>
    ),
  }
}
