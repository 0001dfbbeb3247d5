// Log sources, fields and indicators: what rules need and look for, seen from the data.

import type { Catalog, FieldUse, IndicatorUse, LogSourceUse } from '../catalog/collection.ts'
import { link } from './address.ts'
import { Code } from './code.tsx'
import { Has } from './detection/data-needed.tsx'
import { sayOperator } from './detection/logic.tsx'
import { counted, Field, figure, type Here, listed, Rules, Table, Technique, Value } from './elements.tsx'
import type { Page } from './frame.tsx'

/** All log sources. */
export function sourcesPage(catalog: Catalog, here: Here): Page {
  const seen = catalog.sources.some(one => one.seen !== undefined)
  return {
    path: here.path,
    title: 'Data needed',
    part: 'Data',
    body: (
      <>
        <header class="head">
          <h1>Data needed</h1>
          <p class="lead">{counted(catalog.sources.length, 'log source')} that the rules read.</p>
        </header>
        {catalog.sources.length > 0 && (
          <Table
            label="Log sources"
            head={['Log source', 'Rules', ...(seen ? ['Events seen'] : []), 'What to turn on']}
            classes={[undefined, 'r', ...(seen ? ['r'] : []), undefined]}
            rows={[...catalog.sources]
              .sort((a, b) => b.rules.length - a.rules.length || (a.key < b.key ? -1 : 1))
              .map(one => [
                <a href={link(here.path, `data/${one.key}/`)}>{one.title}</a>,
                figure(one.rules.length),
                ...(seen ? [one.seen === undefined ? '–' : figure(one.seen)] : []),
                one.need ?? one.unserved ?? '',
              ])}
          />
        )}
      </>
    ),
  }
}

/** One log source: its events, how it is turned on, who keeps which of its fields, and the rules that wait for it. */
export function sourcePage(of: LogSourceUse, here: Here): Page {
  const shapes = new Map<string, string>()
  for (const field of of.fields) for (const one of field.presence) shapes.set(one.shape, one.title)
  return {
    path: here.path,
    title: of.title,
    part: 'Data',
    above: [{ title: 'Data needed', path: 'data/' }],
    body: (
      <>
        <header class="head">
          <h1>{of.title}</h1>
          <p class="lead">
            {counted(of.rules.length, 'rule')} {of.rules.length === 1 ? 'reads' : 'read'} it
            {of.seen !== undefined && `; the given logs hold ${counted(of.seen, 'event')} of it`}.
          </p>
          {of.need !== undefined && <p>{of.need}</p>}
          {of.unserved !== undefined && <p class="warn">{of.unserved}</p>}
        </header>
        {of.events.length > 0 && (
          <section class="part">
            <h2 id="events">Events</h2>
            <Table
              label="Events"
              head={['Channel', 'Provider', 'Id', 'Event']}
              rows={of.events.map(one => [
                one.channel,
                one.provider ?? '',
                one.id === undefined ? 'any' : String(one.id),
                one.title ?? '',
              ])}
            />
          </section>
        )}
        {of.settings.length > 0 && (
          <section class="part">
            <h2 id="settings">How to turn it on</h2>
            {of.settings.map(one => (
              <>
                <h3>{one.name}</h3>
                <Code text={one.text} language={one.kind} label={one.name} />
              </>
            ))}
          </section>
        )}
        {of.shapes.length > 0 && (
          <section class="part">
            <h2 id="shapes">Where it is kept</h2>
            <Table
              label="Shapes of log and their tables"
              head={['Shape', 'Tables']}
              rows={of.shapes.map(one => [one.title, listed(one.tables.map(table => <code>{table}</code>))])}
            />
          </section>
        )}
        {of.fields.length > 0 && (
          <section class="part">
            <h2 id="fields">Fields</h2>
            <Table
              label="Fields, and who has them"
              head={['Field', 'Rules', ...shapes.values()]}
              classes={[undefined, 'r']}
              rows={of.fields.map(field => [
                <Field name={field.name} here={here} />,
                figure(field.rules),
                ...[...shapes.keys()].map(shape => <Has presence={field.presence.find(one => one.shape === shape)} />),
              ])}
            />
          </section>
        )}
        {of.rules.length > 0 && (
          <section class="part">
            <h2 id="rules">Rules</h2>
            <Rules slugs={of.rules} here={here} label={`Rules that read ${of.title}`} />
          </section>
        )}
      </>
    ),
  }
}

/** All fields. */
export function fieldsPage(catalog: Catalog, here: Here): Page {
  return {
    path: here.path,
    title: 'Fields',
    part: 'Fields',
    body: (
      <>
        <header class="head">
          <h1>Fields</h1>
          <p class="lead">{counted(catalog.fields.length, 'field')} that rules ask, the most asked first.</p>
        </header>
        {catalog.fields.length > 0 && (
          <Table
            label="Fields"
            head={['Field', 'Rules', 'Asked how', 'Meaning']}
            classes={[undefined, 'r', undefined, undefined]}
            rows={[...catalog.fields]
              .sort((a, b) => b.rules.length - a.rules.length || (a.name < b.name ? -1 : 1))
              .map(one => [
                <Field name={one.name} here={here} />,
                figure(one.rules.length),
                one.operators
                  .slice(0, 3)
                  .map(({ op, count }) => `${sayOperator(op)} ${count}`)
                  .join(', '),
                one.meaning ?? '',
              ])}
          />
        )}
      </>
    ),
  }
}

/** One field: what it means, who has it, what is asked of it. */
export function fieldPage(of: FieldUse, here: Here): Page {
  return {
    path: here.path,
    title: of.name,
    part: 'Fields',
    above: [{ title: 'Fields', path: 'field/' }],
    body: (
      <>
        <header class="head">
          <h1>
            <code>{of.name}</code>
          </h1>
          {of.meaning !== undefined && <p class="lead">{of.meaning}</p>}
          <p>
            {counted(of.rules.length, 'rule')} {of.rules.length === 1 ? 'asks' : 'ask'} it
            {of.type !== undefined && `; its type is ${of.type}`}.
          </p>
        </header>
        {of.presence.length > 0 && (
          <section class="part">
            <h2 id="presence">Who has it</h2>
            <Table
              label="Shapes of log"
              head={['Shape', 'As']}
              rows={of.presence.map(one => [one.title, <Has presence={one} />])}
            />
          </section>
        )}
        {of.operators.length > 0 && (
          <section class="part">
            <h2 id="operators">Asked how</h2>
            <Table
              label="Operators"
              head={['Test', 'Times']}
              classes={[undefined, 'r']}
              rows={of.operators.map(one => [sayOperator(one.op), figure(one.count)])}
            />
          </section>
        )}
        {of.values.length > 0 && (
          <section class="part">
            <h2 id="values">Values asked for most</h2>
            <Table
              label="Values"
              head={['Value', 'Rules']}
              classes={[undefined, 'r']}
              rows={of.values.map(one => [
                here.known.indicators.has(one.indicator) ? (
                  <a href={link(here.path, `indicator/${one.indicator}/`)}>
                    <Value of={one.value} />
                  </a>
                ) : (
                  <Value of={one.value} />
                ),
                figure(one.count),
              ])}
            />
          </section>
        )}
        {of.rules.length > 0 && (
          <section class="part">
            <h2 id="rules">Rules</h2>
            <Rules slugs={of.rules} here={here} label={`Rules that ask ${of.name}`} />
          </section>
        )}
      </>
    ),
  }
}

/** How many look for an indicator, this collection and the corpus together. */
export const usersOf = (one: IndicatorUse): number => one.rules.length + one.negated.length + one.others.length

/** The indicators that most rules share. */
export function indicatorsPage(catalog: Catalog, here: Here): Page {
  const shared = catalog.indicators.filter(one => here.known.indicators.has(one.key))
  const top = [...shared].sort((a, b) => usersOf(b) - usersOf(a) || (a.key < b.key ? -1 : 1)).slice(0, 500)
  return {
    path: here.path,
    title: 'Indicators',
    part: 'Indicators',
    body: (
      <>
        <header class="head">
          <h1>Indicators</h1>
          <p class="lead">
            {counted(catalog.indicators.length, 'value')} that rules look for; {figure(shared.length)} of them in more than one
            rule
            {shared.length > top.length && `, here the ${top.length} that most share`}.
          </p>
        </header>
        {top.length > 0 && (
          <Table
            label="Indicators"
            head={['Value', 'Field', 'Test', 'Look for it', 'Let it pass', 'In other collections']}
            classes={[undefined, undefined, undefined, 'r', 'r', 'r']}
            rows={top.map(one => [
              <a href={link(here.path, `indicator/${one.key}/`)}>
                <Value of={one.value} />
              </a>,
              <Field name={one.field} here={here} />,
              sayOperator(one.kind),
              figure(one.rules.length),
              figure(one.negated.length),
              figure(one.others.length),
            ])}
          />
        )}
      </>
    ),
  }
}

/** One indicator: which rules look for it, here and elsewhere. */
export function indicatorPage(of: IndicatorUse, here: Here): Page {
  const shown = of.value.length > 60 ? `${of.value.slice(0, 60)}…` : of.value
  const others = of.others.slice(0, 300)
  return {
    path: here.path,
    title: `${of.field} ${sayOperator(of.kind)} ${shown === '' ? 'nothing' : shown}`,
    part: 'Indicators',
    above: [{ title: 'Indicators', path: 'indicator/' }],
    body: (
      <>
        <header class="head">
          <h1>
            <Field name={of.field} here={here} /> {sayOperator(of.kind)}
          </h1>
          <p class="lead">
            <Value of={of.value} />
          </p>
          <p>
            {counted(of.rules.length, 'rule')} of this collection {of.rules.length === 1 ? 'looks' : 'look'} for it,{' '}
            {figure(of.negated.length)} let it pass; {counted(of.others.length, 'rule')} of other collections{' '}
            {of.others.length === 1 ? 'names' : 'name'} it.
          </p>
          {of.techniques.length > 0 && <p class="ids">{of.techniques.flatMap(id => [<Technique id={id} here={here} />, ' '])}</p>}
        </header>
        {of.rules.length > 0 && (
          <section class="part">
            <h2 id="rules">Look for it</h2>
            <Rules slugs={of.rules} here={here} label="Rules that look for it" />
          </section>
        )}
        {of.negated.length > 0 && (
          <section class="part">
            <h2 id="negated">Let it pass</h2>
            <Rules slugs={of.negated} here={here} label="Rules that let it pass" />
          </section>
        )}
        {others.length > 0 && (
          <section class="part">
            <h2 id="others">In other collections</h2>
            <Table
              label="Rules of other collections"
              head={['Rule', 'File']}
              rows={others.map(one => [one.title, <code class="v">{one.file}</code>])}
            />
            {of.others.length > others.length && <p>{counted(of.others.length - others.length, 'further rule')}.</p>}
          </section>
        )}
      </>
    ),
  }
}
