// The logic of a detection: stages, numbered tests, the condition as a tree, branches, and indicators with how many other rules look for the same.

import type { ComponentChildren, VNode } from 'preact'
import type { ConditionFact, Entry, PredicateFact } from '../../catalog/entry.ts'
import { link } from '../address.ts'
import { Field, figure, type Here, listed, Table, Value } from '../elements.tsx'
import { Scroll } from '../scroll.tsx'
import type { Part } from './detection.tsx'
import { linesOf } from './queries.tsx'
import { Numbers } from './understand.tsx'

export function logicSections(entry: Entry, here: Here): readonly Part[] {
  return [
    { id: 'stages', title: 'Stages', content: entry.stages.length === 0 ? undefined : <Stages entry={entry} /> },
    {
      id: 'tests',
      title: 'What is asked',
      content: entry.predicates.length === 0 ? undefined : <Predicates entry={entry} here={here} />,
    },
    {
      id: 'condition',
      title: 'Condition',
      content:
        entry.condition === undefined || entry.condition.children.length === 0 ? undefined : (
          <ul class="tree">
            <Condition of={entry.condition} predicates={entry.predicates} depth={0} />
          </ul>
        ),
    },
    { id: 'branches', title: 'Branches', content: entry.branches.length < 2 ? undefined : <Branches entry={entry} /> },
    {
      id: 'indicators',
      title: 'Indicators',
      content: entry.indicators.length === 0 ? undefined : <Indicators entry={entry} here={here} />,
    },
  ]
}

/** Lines of the rule that a stretch begins on, linked. */
function Line({ entry, at }: { entry: Entry; at?: PredicateFact['at'] }): ComponentChildren {
  if (at === undefined || at.file !== undefined) return null
  const line = entry.source.text.slice(0, at.start).split('\n').length
  return line <= linesOf(entry) ? <a href={`#L${line}`}>{line}</a> : line
}

function Stages({ entry }: { entry: Entry }): VNode {
  return (
    <ol class="stages">
      {entry.stages.map(stage => (
        <li>
          <span class="kind">{stage.kind}</span> <code class="v">{stage.text}</code>
          {stage.effect !== '' && <span class="effect">{stage.effect}</span>}
          {stage.rule !== undefined && <span class="dim"> of {stage.rule}</span>}
        </li>
      ))}
    </ol>
  )
}

const words: Readonly<Record<string, string>> = {
  equals: 'is',
  contains: 'contains',
  startswith: 'starts with',
  endswith: 'ends with',
  re: 'matches the expression',
  exists: 'exists',
  cidr: 'is in the network',
  lt: '<',
  lte: '≤',
  gt: '>',
  gte: '≥',
}

/** An operator in words; one that has none stands for itself. */
export const sayOperator = (op: string): string => (Object.hasOwn(words, op) ? words[op]! : op)

function Predicates({ entry, here }: { entry: Entry; here: Here }): VNode {
  const many = entry.predicates.some(one => one.corpus > 0)
  const examples = entry.predicates.some(one => one.example !== undefined)
  return (
    <>
      <p class="dim">The numbers stand in the rule, in every query and in the tests: the same number is the same question.</p>
      <Scroll classes="scroll" label="Tests of the rule">
        <table class="predicates">
          <thead>
            <tr>
              <th scope="col">#</th>
              <th scope="col">Field</th>
              <th scope="col">Test</th>
              <th scope="col">Value</th>
              <th scope="col">Case</th>
              {many && (
                <th scope="col" class="r">
                  Other rules
                </th>
              )}
              {examples && <th scope="col">Passes</th>}
              <th scope="col" class="r">
                Line
              </th>
            </tr>
          </thead>
          <tbody>
            {entry.predicates.map((one, index) => (
              <tr id={`p-${index + 1}`} data-m={String(index + 1)}>
                <th scope="row">
                  <span class="num">{index + 1}</span>
                </th>
                <td>
                  <Field name={one.field} here={here} />
                </td>
                <td>
                  {one.negated && <strong>not </strong>}
                  {sayOperator(one.op)}
                </td>
                <td>
                  <Value of={one.value} />
                  {one.pattern !== undefined && one.pattern.length > 0 && <Pattern of={one.pattern} />}
                </td>
                <td>{one.fold ? 'ignored' : 'counts'}</td>
                {many && <td class="r">{figure(one.corpus)}</td>}
                {examples && <td>{one.example === undefined ? '' : <Value of={one.example} />}</td>}
                <td class="r">
                  <Line entry={entry} at={one.at} />
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      </Scroll>
    </>
  )
}

/** The parts of a regular expression, one a line. */
function Pattern({ of }: { of: NonNullable<PredicateFact['pattern']> }): VNode {
  return (
    <details class="pattern">
      <summary>Read the expression</summary>
      <ul>
        {of.map(part => (
          <li class={`d${Math.min(part.depth, 6)}`}>
            <code class="v">{part.text}</code> {part.meaning}
          </li>
        ))}
      </ul>
    </details>
  )
}

function Condition({ of, predicates, depth }: { of: ConditionFact; predicates: readonly PredicateFact[]; depth: number }): VNode {
  if (of.kind === 'test' && of.predicate !== undefined)
    return (
      <li>
        {of.text} <Numbers of={[of.predicate]} />
      </li>
    )
  const word = { and: 'all of', or: 'any of', not: 'not', test: '', other: '' }[of.kind]
  return (
    <li>
      <span class="op">{word === '' ? of.text : word}</span>
      {word !== '' && of.text !== '' && depth > 0 && !of.children.some(child => child.text === of.text) && (
        <span class="dim"> {of.text}</span>
      )}
      {of.children.length > 0 && depth < 12 && (
        <ul>
          {of.children.map(child => (
            <Condition of={child} predicates={predicates} depth={depth + 1} />
          ))}
        </ul>
      )}
    </li>
  )
}

function Branches({ entry }: { entry: Entry }): VNode {
  return (
    <Table
      label="Branches"
      head={['Fires when', 'Asks', 'Shown by']}
      rows={entry.branches.map(branch => [
        branch.name,
        branch.predicates.length > 8 ? `${branch.predicates.length} tests` : <Numbers of={branch.predicates} />,
        branch.tests.length === 0 ? <span class="dim">no test</span> : listed(branch.tests),
      ])}
    />
  )
}

function Indicators({ entry, here }: { entry: Entry; here: Here }): VNode {
  return (
    <>
      <p class="dim">How many other rules look for the same value in the same field. 0: this rule alone.</p>
      <Table
        label="Indicators"
        head={['Field', 'Kind', 'Value', 'Other rules']}
        classes={[undefined, undefined, undefined, 'r']}
        rows={entry.indicators.flatMap(indicator =>
          indicator.values
            .slice(0, 200)
            .map(one => [
              <Field name={indicator.field} here={here} />,
              `${indicator.negated ? 'not ' : ''}${sayOperator(indicator.kind)}`,
              <Value of={one.value} />,
              here.known.indicators.has(one.key) ? (
                <a href={link(here.path, `indicator/${one.key}/`)}>{figure(one.corpus)}</a>
              ) : (
                figure(one.corpus)
              ),
            ]),
        )}
      />
      {entry.indicators.some(one => one.values.length > 200) && (
        <p>Lists longer than 200 values are whole in the JSON of this page.</p>
      )}
    </>
  )
}
