// What people do with an alert: questions, steps, searches to look further, playbook and hunts, and the atomic tests that raise it.

import type { VNode } from 'preact'
import type { AtomicFact, Entry } from '../../catalog/entry.ts'
import { slug } from '../address.ts'
import { Code } from '../code.tsx'
import { counted, type Here, Technique } from '../elements.tsx'
import { inline, Markdown } from '../markdown.tsx'
import { EventTable } from './data-needed.tsx'
import type { Part } from './detection.tsx'
import { lines } from './quality.tsx'

export function respondSections(entry: Entry, here: Here): readonly Part[] {
  const { guidance } = entry
  return [
    { id: 'triage', title: 'Triage', content: lines(guidance.triage) },
    { id: 'response', title: 'Response', content: steps(guidance.response) },
    {
      id: 'drilldowns',
      title: 'Look further',
      content: guidance.drilldowns.length === 0 ? undefined : <Drilldowns entry={entry} />,
    },
    {
      id: 'guides',
      title: 'Guides',
      content:
        guidance.texts.length === 0
          ? undefined
          : guidance.texts.map(text => (
              <details class="guide">
                <summary>{text.title}</summary>
                <div id={`guide-${slug(text.title)}`}>
                  <Markdown text={text.markdown} level={4} label={text.title} />
                </div>
              </details>
            )),
    },
    {
      id: 'atomics',
      title: 'Atomic tests',
      content: entry.atomics.length === 0 ? undefined : <AtomicTests of={entry.atomics} here={here} />,
    },
  ]
}

/** Atomic tests of the rule's techniques: those it fires on, then the others, folded. */
function AtomicTests({ of, here }: { of: readonly AtomicFact[]; here: Here }): VNode {
  const firing = of.filter(one => one.signal.some(signal => signal.fires))
  const others = of.filter(one => !firing.includes(one))
  return (
    <>
      <p>
        {firing.length === 0 ? 'This rule fires on none of' : `This rule fires on ${firing.length} of`}{' '}
        {counted(of.length, 'atomic test')} of its techniques, as far as their command lines tell.
      </p>
      {firing.map(one => (
        <Atomic of={one} here={here} />
      ))}
      {others.length > 0 && (
        <details class="guide">
          <summary>{counted(others.length, 'test')} that it is quiet on</summary>
          {others.map(one => (
            <Atomic of={one} here={here} />
          ))}
        </details>
      )}
    </>
  )
}

function steps(of: readonly string[]): VNode | undefined {
  const said = of.filter(line => line.trim() !== '')
  return said.length === 0 ? undefined : (
    <ol>
      {said.map(line => (
        <li>{inline(line)}</li>
      ))}
    </ol>
  )
}

function Drilldowns({ entry }: { entry: Entry }): VNode {
  return (
    <>
      {entry.guidance.drilldowns.map(one => (
        <div>
          <h4>{one.name}</h4>
          <Code text={one.query} language={one.language} label={one.name} />
        </div>
      ))}
    </>
  )
}

/** An atomic test: what it runs, how to undo it, and what should be seen. */
export function Atomic({
  of,
  here,
  level = 4,
}: {
  of: AtomicFact | Omit<AtomicFact, 'signal'>
  here: Here
  level?: 3 | 4
}): VNode {
  const Tag = `h${level}` as 'h4'
  const signal = 'signal' in of ? of.signal : []
  const language =
    of.executor === 'powershell' ? 'powershell' : of.executor === 'bash' || of.executor === 'sh' ? 'bash' : of.executor
  return (
    <div class="atomic">
      <Tag>{of.name}</Tag>
      <p class="dim">
        <Technique id={of.technique} here={here} /> · {of.platforms.join(', ')} · {of.executor}
        {of.elevated && ' · needs elevation'}
      </p>
      {of.description.trim() !== '' && <Markdown text={of.description} level={level + 1} label={of.name} />}
      {of.command !== '' && <Code text={of.command} language={language} label={`Command of ${of.name}`} />}
      {of.prerequisites.length > 0 && (
        <details>
          <summary>Before it runs</summary>
          {of.prerequisites.map(one => (
            <>
              <p>{one.description}</p>
              {one.check !== undefined && one.check !== '' && <Code text={one.check} language={language} label="Check" />}
              {one.install !== undefined && one.install !== '' && <Code text={one.install} language={language} label="Install" />}
            </>
          ))}
        </details>
      )}
      {of.cleanup !== undefined && of.cleanup !== '' && (
        <details>
          <summary>Clean up</summary>
          <Code text={of.cleanup} language={language} label={`Clean-up of ${of.name}`} />
        </details>
      )}
      {signal.length > 0 && (
        <details>
          <summary>Expected signal: this rule {signal.some(one => one.fires) ? 'fires on it' : 'is quiet on it'}</summary>
          {signal.map((one, index) => (
            <>
              <p>{one.fires ? 'The rule fires on:' : 'The rule is quiet on:'}</p>
              <EventTable event={one.event} label={`Signal ${index + 1} of ${of.name}`} />
            </>
          ))}
        </details>
      )}
    </div>
  )
}
