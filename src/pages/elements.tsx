// The small parts that all pages are made of: chips, verdicts, tables, lists of rules. What means something says it in words, never by colour alone.

import type { ComponentChildren, VNode } from 'preact'
import type { Brief } from '../catalog/collection.ts'
import type { Json, VerdictWord } from '../catalog/entry.ts'
import { link, outside } from './address.ts'
import { Outside } from './markdown.tsx'
import { Scroll } from './scroll.tsx'

/** Where a page is and what it may link to. */
export interface Here {
  /** The page's own path from the root of the site. */
  readonly path: string
  readonly known: Known
}

/** What has a page in this site; a link to anything else is text. */
export interface Known {
  readonly briefs: ReadonlyMap<string, Brief>
  readonly techniques: ReadonlyMap<string, { readonly name: string; readonly parent?: string }>
  readonly tactics: ReadonlyMap<string, { readonly name: string; readonly shortname: string }>
  readonly sources: ReadonlySet<string>
  /** Address by the name of a field. */
  readonly fields: ReadonlyMap<string, string>
  /** Indicators that more than one rule looks for, by key. */
  readonly indicators: ReadonlySet<string>
  readonly stories: ReadonlyMap<string, string>
  readonly names: ReadonlyMap<string, string>
  readonly targets: ReadonlySet<string>
  readonly codes: ReadonlySet<string>
  /** Ids of groups, software and campaigns. */
  readonly actors: ReadonlySet<string>
}

const shapes: Readonly<Record<string, string>> = { critical: '■', high: '▲', medium: '●', low: '◆', informational: '○' }

/** The level of a rule, by word and by shape. */
export function Level({ level }: { level: string }): VNode {
  const shape = Object.hasOwn(shapes, level) ? shapes[level] : undefined
  return (
    <span class={`chip lv ${shape === undefined ? '' : `lv-${level}`}`}>
      {shape !== undefined && <span aria-hidden="true">{shape} </span>}
      {level}
    </span>
  )
}

export function Chip({ children, to }: { children: ComponentChildren; to?: string }): VNode {
  return to === undefined ? (
    <span class="chip">{children}</span>
  ) : (
    <a class="chip" href={to}>
      {children}
    </a>
  )
}

/** What each verdict is called on pages, and what it claims. */
export const verdictWords: Readonly<
  Record<VerdictWord, { readonly mark: string; readonly word: string; readonly claim: string }>
> = {
  equivalent: { mark: '✓', word: 'same', claim: 'read back, the query means what the rule means' },
  differs: { mark: '≠', word: 'differs', claim: 'an event shows that the query and the rule part' },
  undecided: { mark: '?', word: 'undecided', claim: 'written, but not shown to mean the same' },
  refused: { mark: '∅', word: 'refused', claim: 'the target cannot say this rule exactly' },
}

export function Verdict({ verdict }: { verdict: VerdictWord }): VNode {
  const { mark, word } = verdictWords[verdict]
  return (
    <span class={`vd vd-${verdict}`}>
      <span aria-hidden="true">{mark}</span> {word}
    </span>
  )
}

/** A number with thin spaces between thousands; fractions to three digits. */
export function figure(value: number): string {
  if (!Number.isFinite(value)) return String(value)
  const rounded = Math.abs(value) >= 100 || Number.isInteger(value) ? Math.round(value) : Number(value.toPrecision(3))
  const [whole, part] = String(rounded).split('.')
  const grouped = whole!.replace(/\B(?=(?:\d{3})+$)/g, '\u2009')
  return part === undefined ? grouped : `${grouped}.${part}`
}

/** `1 rule`, `2 rules`. */
export function counted(count: number, one: string, many = `${one}s`): string {
  return `${figure(count)} ${count === 1 ? one : many}`
}

/** A table in a region of its own that scrolls, so that the page never does sideways. A column without a title has none on the page either. */
export function Table({
  label,
  head,
  rows,
  classes,
}: {
  label: string
  head: readonly ComponentChildren[]
  rows: readonly (readonly ComponentChildren[])[]
  /** A class for each column. */
  classes?: readonly (string | undefined)[]
}): VNode {
  return (
    <Scroll classes="scroll" label={label}>
      <table>
        <thead>
          <tr>
            {head.map((cell, column) => (
              <th scope="col" class={classes?.[column]}>
                {cell}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.map(row => (
            <tr>
              {row.map((cell, column) =>
                column === 0 ? (
                  <th scope="row" class={classes?.[0]}>
                    {cell}
                  </th>
                ) : (
                  <td class={classes?.[column]}>{cell}</td>
                ),
              )}
            </tr>
          ))}
        </tbody>
      </table>
    </Scroll>
  )
}

/** A list of terms; those without a value are left out. */
export function Terms({ of }: { of: readonly (readonly [string, ComponentChildren])[] }): VNode {
  return (
    <dl class="terms">
      {of
        .filter(([, value]) => value !== undefined && value !== '' && value !== false)
        .map(([term, value]) => (
          <div>
            <dt>{term}</dt>
            <dd>{value}</dd>
          </div>
        ))}
    </dl>
  )
}

export function Rule({ slug, here }: { slug: string; here: Here }): ComponentChildren {
  const brief = here.known.briefs.get(slug)
  return brief === undefined ? slug : <a href={link(here.path, `d/${slug}/`)}>{brief.title}</a>
}

/** Rules as rows: level, title, what is known of it. At most `most`, and then where the rest is. */
export function Rules({
  slugs,
  here,
  label,
  most = 500,
}: {
  slugs: readonly string[]
  here: Here
  label: string
  most?: number
}): VNode {
  const shown = slugs.slice(0, most)
  return (
    <>
      <Scroll classes="scroll" label={label}>
        <table class="rules">
          <thead>
            <tr>
              <th scope="col">Rule</th>
              <th scope="col">Level</th>
              <th scope="col">ATT&CK</th>
              <th scope="col" class="r">
                Same in
              </th>
              <th scope="col" class="r">
                Tests
              </th>
            </tr>
          </thead>
          <tbody>
            {shown.map(slug => {
              const brief = here.known.briefs.get(slug)
              return brief === undefined ? null : <RuleRow brief={brief} here={here} />
            })}
          </tbody>
        </table>
      </Scroll>
      {slugs.length > shown.length && (
        <p>
          {counted(slugs.length - shown.length, 'further rule')}: <a href={link(here.path, 'rules/')}>all rules</a>, or{' '}
          <a href={link(here.path, 'search/')}>search</a>.
        </p>
      )}
    </>
  )
}

/** A rule as a row of a list. */
export function RuleRow({ brief, here }: { brief: Brief; here: Here }): VNode {
  const verdicts = Object.values(brief.verdicts)
  const same = verdicts.filter(verdict => verdict === 'equivalent').length
  const tests = brief.tests.alert + brief.tests.silence
  return (
    <tr>
      <th scope="row">
        <a href={link(here.path, `d/${brief.slug}/`)}>{brief.title}</a>
      </th>
      <td>
        <Level level={brief.level} />
      </td>
      <td class="ids">
        {brief.techniques.slice(0, 4).map((id, index) => (
          <>
            {index > 0 && ' '}
            <Technique id={id} here={here} />
          </>
        ))}
        {brief.techniques.length > 4 && ` +${brief.techniques.length - 4}`}
      </td>
      <td class="r">{verdicts.length === 0 ? '–' : `${same} of ${verdicts.length}`}</td>
      <td class="r">
        {tests === 0
          ? '–'
          : brief.tests.failed > 0
            ? `${brief.tests.failed} of ${tests} failed`
            : `${brief.tests.passed} of ${tests}`}
      </td>
    </tr>
  )
}

/** Where the page of a technique is. */
export const techniquePath = (id: string): string => `t/${id.replace('.', '/')}/`

/** The id of a technique, linked where it has a page. */
export function Technique({ id, here, name = false }: { id: string; here: Here; name?: boolean }): VNode {
  const known = here.known.techniques.get(id)
  if (known === undefined) return <code>{id}</code>
  return (
    <a href={link(here.path, techniquePath(id))} {...(name ? {} : { title: known.name })}>
      {id}
      {name && ` ${known.name}`}
    </a>
  )
}

/** A group, software or campaign, linked where it has a page. */
export function User({ of, here }: { of: { readonly id: string; readonly name: string }; here: Here }): VNode {
  const text = of.name === of.id ? of.id : `${of.name} (${of.id})`
  return here.known.actors.has(of.id) ? <a href={link(here.path, `actor/${of.id}/`)}>{text}</a> : <>{text}</>
}

/** A field's name, linked where it has a page. */
export function Field({ name, here }: { name: string; here: Here }): VNode {
  const key = here.known.fields.get(name)
  return key === undefined ? (
    <code>{name}</code>
  ) : (
    <a href={link(here.path, `field/${key}/`)}>
      <code>{name}</code>
    </a>
  )
}

/** An address as a link where it is one to the web, else as text. */
export function Reference({ text, url, host }: { text: string; url?: string; host?: string }): VNode {
  const to = url === undefined ? undefined : outside(url)
  if (to === undefined) return <>{text}</>
  return (
    <>
      <Outside to={to}>{text}</Outside>
      {host !== undefined && !text.includes(host) && <span class="dim"> ({host})</span>}
    </>
  )
}

/** A value of JSON as text on one line. */
export function say(value: Json): string {
  return typeof value === 'string' ? value : JSON.stringify(value)
}

/** A value as code that may break anywhere; an empty one is said in words. */
export function Value({ of }: { of: string }): VNode {
  return of === '' ? <span class="dim">(empty)</span> : <code class="v">{of}</code>
}

/** A list with commas. */
export function listed(items: readonly ComponentChildren[]): ComponentChildren[] {
  return items.flatMap((item, index) => (index === 0 ? [item] : [', ', item]))
}
