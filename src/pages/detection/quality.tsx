// The evidence: tests with results, noise on named logs, false positives, tuning, blind spots, risk, and what the checks say.

import type { VNode } from 'preact'
import type { Entry, RiskFact } from '../../catalog/entry.ts'
import { link } from '../address.ts'
import { counted, figure, type Here, Table, Value } from '../elements.tsx'
import { inline } from '../markdown.tsx'
import type { Part } from './detection.tsx'
import { Findings, linesOf } from './queries.tsx'

export function qualitySections(entry: Entry, here: Here): readonly Part[] {
  const { guidance, rule } = entry
  return [
    { id: 'own-tests', title: 'Tests', content: entry.tests.length === 0 ? undefined : <Tests entry={entry} here={here} /> },
    { id: 'noise', title: 'Noise', content: entry.noise.length === 0 ? undefined : <Noise entry={entry} /> },
    { id: 'false-positives', title: 'False positives', content: lines(rule.falsePositives) },
    { id: 'tuning', title: 'Tuning', content: lines(guidance.tuning) },
    { id: 'blind-spots', title: 'Blind spots', content: lines(guidance.blindSpots) },
    { id: 'risk', title: 'Risk', content: entry.risk === undefined ? undefined : <Risk of={entry.risk} /> },
    {
      id: 'findings',
      title: 'What the checks say',
      content: entry.findings.length === 0 ? undefined : <Findings of={entry.findings} lines={linesOf(entry)} />,
    },
  ]
}

/** Lines of an author as a list; no lines, no list. */
export function lines(of: readonly string[]): VNode | undefined {
  const said = of.filter(line => line.trim() !== '')
  return said.length === 0 ? undefined : (
    <ul>
      {said.map(line => (
        <li>{inline(line)}</li>
      ))}
    </ul>
  )
}

function Tests({ entry, here }: { entry: Entry; here: Here }): VNode {
  const firing = entry.tests.filter(test => test.expect === 'alert').length
  const own = entry.tests.map(test => test.results.find(result => result.engine === 'terrier'))
  const passed = own.filter(result => result?.outcome === 'passed').length
  const engines = [...new Set(entry.tests.flatMap(test => test.results.map(result => result.engine)))].filter(
    engine => engine !== 'terrier',
  )
  return (
    <>
      <p>
        {counted(firing, 'event set')} must raise an alert, {counted(entry.tests.length - firing, 'near miss', 'near misses')}{' '}
        must not; {passed} of {entry.tests.length} passed. <a href={link(here.path, `test/${entry.slug}/`)}>Events and results</a>
      </p>
      <Table
        label="Tests"
        head={['Test', 'Expected', 'Result', ...(engines.length === 0 ? [] : ['Queries that agree'])]}
        rows={entry.tests.map((test, index) => {
          const result = own[index]
          const others = test.results.filter(one => one.engine !== 'terrier' && one.outcome !== 'absent')
          return [
            <>
              <a href={link(here.path, `test/${entry.slug}/#x-${index + 1}`)}>{test.name}</a>
              {test.note !== undefined && <span class="note">{test.note}</span>}
            </>,
            test.expect === 'alert' ? 'alert' : 'silence',
            <Outcome outcome={result?.outcome ?? 'absent'} reason={result?.reason} />,
            ...(engines.length === 0
              ? []
              : [others.length === 0 ? '–' : `${others.filter(one => one.outcome === 'passed').length} of ${others.length}`]),
          ]
        })}
      />
    </>
  )
}

/** What came of a test, by word and mark. */
export function Outcome({ outcome, reason }: { outcome: 'passed' | 'failed' | 'absent'; reason?: string }): VNode {
  const [mark, kind, word] = {
    passed: ['✓', 'equivalent', 'passed'],
    failed: ['✗', 'differs', 'failed'],
    absent: ['·', 'undecided', 'not run'],
  }[outcome] as [string, string, string]
  return (
    <>
      <span class={`vd vd-${kind}`}>
        <span aria-hidden="true">{mark}</span> {word}
      </span>
      {reason !== undefined && reason !== '' && <span class="note">{reason}</span>}
    </>
  )
}

function Noise({ entry }: { entry: Entry }): VNode {
  return (
    <Table
      label="Noise"
      head={['Logs', 'Events', 'Of its log source', 'Hits', 'Hits in a million']}
      classes={[undefined, 'r', 'r', 'r', 'r']}
      rows={entry.noise.map(one => [one.corpus, figure(one.events), figure(one.asked), figure(one.hits), figure(one.perMillion)])}
    />
  )
}

function Risk({ of }: { of: RiskFact }): VNode {
  return (
    <>
      <p>
        Score <strong>{figure(of.score)}</strong>
        {of.formula !== undefined
          ? `: ${of.formula}`
          : of.impact !== undefined &&
            of.confidence !== undefined &&
            `, impact ${figure(of.impact)}, confidence ${figure(of.confidence)}`}
      </p>
      <p>
        <code class="v">{of.message}</code>
        {of.resolved !== undefined && of.resolved !== of.message && <span class="note">On the example: {of.resolved}</span>}
      </p>
      <Table
        label="Risk objects and threat objects"
        head={['Field', 'Kind', 'Role', 'Score', 'On the example']}
        classes={[undefined, undefined, undefined, 'r', undefined]}
        rows={[
          ...of.entities.map(one => [
            <code>{one.field}</code>,
            one.kind,
            'risk object',
            figure(one.score),
            one.value === undefined ? '–' : <Value of={one.value} />,
          ]),
          ...of.threats.map(one => [
            <code>{one.field}</code>,
            one.kind,
            'threat object',
            '–',
            one.value === undefined ? '–' : <Value of={one.value} />,
          ]),
        ]}
      />
    </>
  )
}
