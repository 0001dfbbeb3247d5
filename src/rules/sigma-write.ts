// A detection as a Sigma document: what it says of itself around the log source and detection that `languages/sigma` prints.

import { stringify } from 'yaml'
import type { Detection, Trial } from '../ir/detection.ts'
import { isRecord, type Value } from '../ir/event.ts'
import { formatTime } from '../ir/time.ts'
import type { Printed } from '../languages/language.ts'
import type { Outcome } from '../text/diagnostic.ts'
import { stableId } from './metadata.ts'

/** Keys of the document, in the order of the specification (Sigma rules specification 2.1, "Structure"); what else a rule said comes last. */
const first = [
  'title',
  'id',
  'name',
  'related',
  'status',
  'description',
  'references',
  'author',
  'date',
  'modified',
  'tags',
  'license',
] as const

function eventOf(event: Extract<Trial['events'], readonly unknown[]>[number]): Readonly<Record<string, unknown>> {
  return event.time === undefined ? event.fields : { _time: formatTime(event.time, event.ticks), ...event.fields }
}

function trialOf({ name, expect, events }: Trial): Readonly<Record<string, unknown>> {
  return 'dataset' in events ? { name, expect, dataset: events.dataset } : { name, expect, events: events.map(eventOf) }
}

/** Techniques as tags, where the rule has not said its tags itself. */
const tagsOf = (detection: Detection): readonly string[] => detection.attack.map(technique => `attack.${technique.toLowerCase()}`)

/** The document of one detection. Texts of the rule stand in it as YAML, whatever they hold. */
export function write(
  detection: Detection,
  printed: Printed,
): Outcome<readonly { readonly name: string; readonly text: string }[]> {
  const { rest } = detection
  const said: Record<string, unknown> = {
    title: detection.title,
    id: detection.id,
    name: detection.name,
    status: detection.status,
    description: detection.description === '' ? undefined : detection.description,
    references: detection.references,
    author: detection.authors.join(', '),
    date: detection.created,
    modified: detection.modified,
    tags: tagsOf(detection),
  }
  // What another format's document says under one of these names has another form there (the tags of Splunk's content are a map).
  const own = detection.written.rules === 'sigma'
  for (const key of Object.keys(rest))
    if (key !== 'logsource' && key !== 'correlation' && key !== 'filter' && (own || !Object.hasOwn(said, key)))
      said[key] = rest[key]
  const behind: Record<string, unknown> = {
    falsepositives: detection.falsePositives,
    level: detection.level,
    risk: detection.risk,
    tests: detection.tests.map(trialOf),
  }
  const parts = printed.text.split('\n---\n')
  const last = parts.at(-1)!
  const correlation = last.startsWith('correlation:')
  // What the text of the question says at its end is not said again.
  if (/^joint: true$/m.test(last)) delete said.joint
  const head = Object.fromEntries(first.map(key => [key, said[key]]))
  const others = Object.fromEntries(Object.entries(said).filter(([key]) => !first.some(one => one === key)))
  const whole = (body: string, own: Readonly<Record<string, unknown>> = {}): string =>
    `${yaml({ ...head, ...own })}${body}\n${yaml({ ...behind, ...others })}`
  const texts = correlation
    ? correlated(detection, parts, whole)
    : parts.length === 1
      ? [whole(withSource(last, rest.logsource))]
      : parts.map((part, at) => whole(part, oneOf(detection, part, at)))
  return { value: [{ name: `${fileName(detection)}.yml`, text: texts.join('---\n') }], diagnostics: [] }
}

/** What a rule says of itself that is one of several for the log sources of one detection. */
function oneOf(detection: Detection, part: string, at: number): Readonly<Record<string, unknown>> {
  const source = /^ +(?:category|service): (.*)$/m.exec(part)?.[1] ?? `${at + 1}`
  return {
    title: `${detection.title} (${source.replaceAll("'", '')})`,
    id: stableId(`${detection.id} ${at}`),
    name: undefined,
    related: [{ id: detection.id, type: 'derived' }],
  }
}

/** The rules that a correlation stands on, with names that no other file has, and the correlation, which says all the rest of the detection. */
function correlated(detection: Detection, parts: readonly string[], whole: (body: string) => string): readonly string[] {
  const names = parts.slice(0, -1).flatMap(part => /^name: (\w+)$/m.exec(part)?.[1] ?? [])
  const own = fileName(detection).slice(0, 60).replace(/_+$/, '')
  const renamed = (text: string): string => names.reduce((told, name) => told.replaceAll(name, `${own}_${name}`), text)
  return parts.map((part, at) => {
    if (at === parts.length - 1) return whole(renamed(part))
    const name = `${own}_${names[at]!}`
    const body = part.slice(part.indexOf('\n') + 1)
    const rule = body.startsWith('correlation:') ? renamed(body) : body
    return `${yaml({ title: `${detection.title} (${at + 1} of ${parts.length})`, id: stableId(`${detection.id} ${name}`), name })}${rule}\n`
  })
}

/** What the rule said of its log source beside the three attributes that pick events: its definition. */
function withSource(text: string, logsource: unknown): string {
  if (!isRecord(logsource as Value) || !text.startsWith('logsource:')) return text
  const more = Object.entries(logsource as object).filter(([key]) => !['category', 'product', 'service'].includes(key))
  const lines = yaml(Object.fromEntries(more))
    .trimEnd()
    .replace(/^(?=.)/gm, '    ')
  return lines === '' ? text : text.replace('\ndetection:', () => `\n${lines}\ndetection:`)
}

function yaml(map: Readonly<Record<string, unknown>>): string {
  const entries = Object.entries(map).filter(
    ([, value]) => value !== undefined && value !== '' && !(Array.isArray(value) && value.length === 0),
  )
  if (entries.length === 0) return ''
  return stringify(Object.fromEntries(entries), { indent: 4, lineWidth: 0, version: '1.1', aliasDuplicateObjects: false })
}

/** The title as SigmaHQ names files: lower case, words joined by `_`. */
function fileName(detection: Detection): string {
  const plain = (text: string): string =>
    text
      .normalize('NFKD')
      .toLowerCase()
      .replace(/[^a-z0-9]+/g, '_')
      .replace(/^_+|_+$/g, '')
  return (plain(detection.title) || plain(detection.id) || 'detection').slice(0, 100).replace(/_+$/, '')
}
