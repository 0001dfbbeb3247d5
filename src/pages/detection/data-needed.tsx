// The data a detection needs: log sources with the events they stand for, fields and who has them, and one event as an example.

import type { VNode } from 'preact'
import type { Entry, EventFact, FieldFact, Presence } from '../../catalog/entry.ts'
import { link } from '../address.ts'
import { Code } from '../code.tsx'
import { Field, figure, type Here, listed, say, Table, Value } from '../elements.tsx'
import { Markdown } from '../markdown.tsx'
import { Scroll } from '../scroll.tsx'
import type { Part } from './detection.tsx'
import { Numbers } from './understand.tsx'

export function dataSections(entry: Entry, here: Here): readonly Part[] {
  const { rule } = entry
  const fields = fieldsOf(entry)
  return [
    {
      id: 'sources',
      title: 'Log sources',
      content: entry.sources.length === 0 ? undefined : <Sources entry={entry} here={here} />,
    },
    {
      id: 'fields',
      title: 'Fields, and who has them',
      content: fields.length === 0 ? undefined : <Fields of={fields} here={here} />,
    },
    {
      id: 'sample',
      title: 'An event that fires it',
      content: entry.sample === undefined ? undefined : <Sample entry={entry} here={here} />,
    },
    {
      id: 'implementation',
      title: 'How to turn it on',
      content:
        rule.implementation === undefined || rule.implementation.trim() === '' ? undefined : (
          <Markdown text={rule.implementation} level={4} label="How to turn it on" />
        ),
    },
  ]
}

function Sources({ entry, here }: { entry: Entry; here: Here }): VNode {
  return (
    <>
      {entry.sources.map(source => (
        <div class="source">
          <h4>
            {here.known.sources.has(source.key) ? (
              <a href={link(here.path, `data/${source.key}/`)}>{source.title}</a>
            ) : (
              source.title
            )}
          </h4>
          {source.need !== undefined && <p>{source.need}</p>}
          {source.unserved !== undefined && <p class="warn">{source.unserved}</p>}
          {source.events.length > 0 && (
            <Table
              label={`Events of ${source.title}`}
              head={['Channel', 'Id', 'Event']}
              rows={source.events.map(event => [
                <>
                  {event.channel}
                  {event.provider !== undefined && event.provider !== event.channel && <span class="dim"> {event.provider}</span>}
                </>,
                event.id === undefined ? 'any' : String(event.id),
                event.title ?? '',
              ])}
            />
          )}
          {source.settings.map(setting => (
            <details>
              <summary>{setting.name}</summary>
              <Code text={setting.text} language={setting.kind} label={setting.name} />
            </details>
          ))}
        </div>
      ))}
    </>
  )
}

/** Whether a source has a field: by word and mark. */
export function Has({ presence }: { presence: Presence | undefined }): VNode {
  if (presence === undefined) return <span class="dim">–</span>
  const columns = listed(presence.columns.map(column => <code>{column}</code>))
  switch (presence.has) {
    case 'column':
      return (
        <>
          <span class="vd vd-equivalent">
            <span aria-hidden="true">✓</span>
            <span class="unseen">has it as</span>
          </span>{' '}
          {columns}
        </>
      )
    case 'derived':
      return (
        <>
          <span class="vd vd-undecided">
            <span aria-hidden="true">~</span> derived
          </span>{' '}
          {columns}
        </>
      )
    case 'absent':
      return (
        <span class="vd vd-differs">
          <span aria-hidden="true">✗</span> absent
        </span>
      )
  }
}

/** The fields of a rule; those of a query over a product's own tables are known by what is asked of them alone. */
function fieldsOf(entry: Entry): readonly FieldFact[] {
  const known = new Set(entry.fields.map(one => one.field))
  const more = new Map<string, number[]>()
  for (const [place, { field }] of entry.predicates.entries())
    if (field !== '' && !known.has(field)) more.set(field, [...(more.get(field) ?? []), place])
  return [...entry.fields, ...[...more].map(([field, predicates]) => ({ field, predicates, presence: [] }))]
}

function Fields({ of, here }: { of: readonly FieldFact[]; here: Here }): VNode {
  const shapes = new Map<string, string>()
  for (const field of of) for (const one of field.presence) shapes.set(one.shape, one.title)
  const missing = [...shapes]
    .map(([shape, title]) => ({
      title,
      fields: of
        .filter(field => field.presence.some(one => one.shape === shape && one.has === 'absent'))
        .map(field => field.field),
    }))
    .filter(one => one.fields.length > 0)
  return (
    <>
      <Table
        label="Fields and what each source of records has of them"
        head={['Field', 'Asked in', 'Type', ...[...shapes.values()]]}
        rows={of.map(field => [
          <>
            <Field name={field.field} here={here} />
            {field.meaning !== undefined && <span class="note">{field.meaning}</span>}
          </>,
          field.predicates.length > 8 ? figure(field.predicates.length) : <Numbers of={field.predicates} />,
          field.type ?? '',
          ...[...shapes.keys()].map(shape => <Has presence={field.presence.find(one => one.shape === shape)} />),
        ])}
      />
      {missing.length > 0 && (
        <ul>
          {missing.map(one => (
            <li>
              {one.title} has no {listed(one.fields.map(name => <code>{name}</code>))}: what asks for it cannot be evaluated
              there.
            </li>
          ))}
        </ul>
      )}
    </>
  )
}

/** An event as a table of fields and values. */
export function EventTable({
  event,
  label,
  matched,
}: {
  event: EventFact
  label: string
  matched?: ReadonlyMap<string, readonly number[]>
}): VNode {
  if (Object.keys(event).length === 0) return <p>An event that has none of these fields.</p>
  return (
    <Scroll classes="scroll" label={label}>
      <table class="event">
        <thead>
          <tr>
            <th scope="col">Field</th>
            <th scope="col">Value</th>
            {matched !== undefined && <th scope="col">Matched by</th>}
          </tr>
        </thead>
        <tbody>
          {Object.entries(event)
            .slice(0, 200)
            .map(([name, value]) => {
              const by = matched?.get(name)
              return (
                <tr class={by === undefined ? undefined : 'hit'}>
                  <th scope="row">
                    <code>{name}</code>
                  </th>
                  <td>
                    <Value of={say(value).slice(0, 4000)} />
                  </td>
                  {matched !== undefined && (
                    <td>
                      <Numbers of={by ?? []} />
                    </td>
                  )}
                </tr>
              )
            })}
        </tbody>
      </table>
    </Scroll>
  )
}

function Sample({ entry, here }: { entry: Entry; here: Here }): VNode {
  const sample = entry.sample!
  // A rule without tests has an event that was made for it.
  const place = entry.tests.findIndex(test => test.name === sample.test)
  return (
    <>
      <p>
        {place < 0 ? (
          'Made for this page: no test of the rule brings one.'
        ) : (
          <>
            From the test <a href={link(here.path, `test/${entry.slug}/#x-${place + 1}`)}>{sample.test}</a>.
          </>
        )}
      </p>
      <EventTable
        event={sample.event}
        label="Example event"
        matched={new Map(sample.matched.map(one => [one.field, one.predicates]))}
      />
    </>
  )
}
