// What a Sigma document says around its detection → the fields of a Detection: title, level, tags, tests, risk, and the rest as it stands.

import { type Detection, type Level, levels, type Risk, type Status, statuses, type Trial } from '../ir/detection.ts'
import { type Event, isRecord, type Value } from '../ir/event.ts'
import { parseTime } from '../ir/time.ts'
import { type Notes, note, textOf } from '../languages/sigma/notes.ts'
import { read } from '../languages/sigma/scalar.ts'
import { entry, type MapNode, type YamlNode } from '../languages/sigma/yaml.ts'
import type { Span } from '../text/source.ts'
import { suggest } from '../text/suggest.ts'

export { type Notes, note, textOf } from '../languages/sigma/notes.ts'

/** A node as a plain value. Only what reads the same everywhere becomes a number, boolean or null; all else stays the text it is written as. */
export function toValue(node: YamlNode): Value {
  switch (node.kind) {
    case 'list':
      return node.items.map(toValue)
    case 'map':
      return Object.fromEntries(node.entries.map(({ key, value }) => [key.text, toValue(value)]))
    case 'scalar': {
      const reading = read(node)
      if (reading.type === 'text' || reading.doubt !== undefined) return node.text
      return reading.type === 'null' ? null : reading.value
    }
  }
}

/** The texts of a scalar or of a list of scalars; nulls are left out. */
export function textsOf(node: YamlNode | undefined): string[] {
  if (node === undefined) return []
  const items = node.kind === 'list' ? node.items : [node]
  return items.map(textOf).filter(text => text !== undefined)
}

export function keySpan(map: MapNode, name: string): Span {
  return entry(map, name)?.key.span ?? { start: map.span.start, end: map.span.start + 1 }
}

type Metadata = Omit<Detection, 'query' | 'schema' | 'written' | 'silent'>

/** Keys that a Detection has a place for, and those that make the query. Everything else goes to `rest` as it stands. */
const placed = new Set([
  'id',
  'name',
  'title',
  'description',
  'level',
  'status',
  'author',
  'references',
  'falsepositives',
  'date',
  'modified',
  'risk',
  'tests',
  'detection',
  'correlation',
  'filter',
  'action',
  'generate',
])

/** Reads the metadata of one document (Sigma specification 2.1, "Components"). `place` is the document's place in its file, for the id of one that has none. */
export function readMetadata(map: MapNode, place: number, notes: Notes): Metadata {
  const at = (name: string): YamlNode | undefined => entry(map, name)?.value
  const text = (name: string): string | undefined => textOf(at(name))?.trim()
  const title = text('title')
  const written = text('id')
  if (title === undefined) {
    note(
      notes,
      'RUL201',
      'warning',
      'the rule has no title',
      { start: map.span.start, end: map.span.start + 1 },
      'add "title" with a few words on what it finds',
    )
  }
  const tags = textsOf(at('tags'))
  const attack = tags
    .map(tag => /^attack\.(t\d{4}(?:[._]\d{3})?)$/i.exec(tag.trim())?.[1]?.toUpperCase().replace('_', '.'))
    .filter(technique => technique !== undefined)
  const name = text('name')
  const created = dateOf(text('date'))
  const modified = dateOf(text('modified'))
  const risk = readRisk(map, notes)
  const rest: [string, unknown][] = []
  for (const { key, value } of map.entries) {
    if (!placed.has(key.text)) rest.push([key.text, toValue(value)])
  }
  return {
    id: written ?? stableId(`${notes.source.name}\n${title ?? ''}\n${place}`),
    ...(name === undefined ? {} : { name }),
    title: title ?? name ?? notes.source.name,
    description: text('description') ?? '',
    level: known(map, 'level', levels, 'informational', notes),
    status: known(map, 'status', statuses, 'test', notes),
    attack: [...new Set(attack)],
    authors: authorsOf(at('author')),
    references: textsOf(at('references')),
    falsePositives: textsOf(at('falsepositives')),
    ...(created === undefined ? {} : { created }),
    ...(modified === undefined ? {} : { modified }),
    ...(risk === undefined ? {} : { risk }),
    tests: readTests(map, notes),
    rest: Object.fromEntries(rest),
  }
}

function known<T extends Level | Status>(map: MapNode, name: string, words: readonly T[], otherwise: T, notes: Notes): T {
  const node = entry(map, name)?.value
  const text = textOf(node)?.trim()
  if (node === undefined || text === undefined) return otherwise
  const lower = text.toLowerCase()
  const found = words.find(word => word === lower)
  if (found !== undefined) return found
  const near = suggest(lower, words)
  note(
    notes,
    'RUL203',
    'warning',
    `"${text}" is no ${name}; "${otherwise}" is taken`,
    node.span,
    near === undefined ? `one of ${words.join(', ')}` : `did you mean "${near}"?`,
  )
  return otherwise
}

/** `a, b` is two authors; a name in parentheses (a company) keeps its commas. */
function authorsOf(node: YamlNode | undefined): string[] {
  const authors: string[] = []
  for (const text of textsOf(node)) {
    let from = 0
    let open = 0
    for (let at = 0; at <= text.length; at++) {
      const character = text[at]
      if (character === '(') open++
      else if (character === ')') open = Math.max(0, open - 1)
      else if (character === undefined || (character === ',' && open === 0)) {
        authors.push(text.slice(from, at).trim())
        from = at + 1
      }
    }
  }
  return authors.filter(author => author !== '')
}

/** `2021/5/3` → `2021-05-03`; what is no date stays as it is written. */
function dateOf(text: string | undefined): string | undefined {
  const match = text === undefined ? null : /^(\d{4})[-/.](\d{1,2})[-/.](\d{1,2})$/.exec(text)
  return match === null ? text : `${match[1]}-${match[2]!.padStart(2, '0')}-${match[3]!.padStart(2, '0')}`
}

/** An id in the form of a UUID that depends on the text alone (four rounds of FNV-1a, version and variant as of a name-based UUID, RFC 9562 §5.8). */
export function stableId(text: string): string {
  let digits = ''
  for (let round = 0; round < 4; round++) {
    let hash = 0x811c9dc5 ^ Math.imul(round, 0x9e3779b1)
    for (let at = 0; at < text.length; at++) {
      const unit = text.charCodeAt(at)
      hash = Math.imul(hash ^ (unit & 255), 0x01000193)
      hash = Math.imul(hash ^ (unit >> 8), 0x01000193)
    }
    hash ^= hash >>> 15
    digits += (Math.imul(hash, 0x2c1b3c6d) >>> 0).toString(16).padStart(8, '0')
  }
  const variant = ((Number.parseInt(digits[16]!, 16) & 3) | 8).toString(16)
  return `${digits.slice(0, 8)}-${digits.slice(8, 12)}-8${digits.slice(13, 16)}-${variant}${digits.slice(17, 20)}-${digits.slice(20, 32)}`
}

const outcomes: readonly Trial['expect'][] = ['alert', 'silence']

/**
 * The rule's own tests, below the custom key `tests`: a list of maps with `name`, `expect: alert|silence`, perhaps `note`, and `events` (a list of
 * records), `event` (one) or `dataset` (a name). `_time` of a record is the event's time; `_class` stays among its fields.
 */
function readTests(map: MapNode, notes: Notes): Trial[] {
  const node = entry(map, 'tests')?.value
  if (node === undefined || (textOf(node) === undefined && node.kind === 'scalar')) return []
  const trials: Trial[] = []
  const fault = (message: string, span: Span): void =>
    note(notes, 'RUL009', 'error', message, span, 'a test has "name", "expect" (alert or silence) and "events"')
  if (node.kind !== 'list') {
    fault('"tests" is a list of tests', node.span)
    return trials
  }
  for (const [index, item] of node.items.entries()) {
    if (item.kind !== 'map') {
      fault('a test is a map', item.span)
      continue
    }
    const expect = textOf(entry(item, 'expect')?.value)
    const outcome = outcomes.find(word => word === expect)
    if (outcome === undefined) {
      fault(
        expect === undefined ? 'the test does not say what it expects' : `"${expect}" is nothing a test can expect`,
        entry(item, 'expect')?.value.span ?? item.span,
      )
      continue
    }
    const name = textOf(entry(item, 'name')?.value) ?? `test ${index + 1}`
    const note = textOf(entry(item, 'note')?.value)
    const noted = note === undefined ? {} : { note }
    const dataset = textOf(entry(item, 'dataset')?.value)
    const written = entry(item, 'events')?.value ?? entry(item, 'event')?.value ?? entry(item, 'fields')?.value
    if (written === undefined) {
      if (dataset === undefined) fault(`the test "${name}" has no events`, item.span)
      else trials.push({ name, ...noted, expect: outcome, events: { dataset } })
      continue
    }
    const events: Event[] = []
    let broken = false
    for (const one of written.kind === 'list' ? written.items : [written]) {
      if (one.kind === 'map' && one.broken === undefined) {
        const event = eventOf(one)
        if (event !== undefined) {
          events.push(event)
          continue
        }
        fault(`"_time" of the test "${name}" is no time`, entry(one, '_time')?.value.span ?? one.span)
      } else if (one.kind !== 'map') fault(`an event of the test "${name}" is no map of fields`, one.span)
      broken = true
    }
    if (!broken) trials.push({ name, ...noted, expect: outcome, events })
  }
  return trials
}

function eventOf(node: MapNode): Event | undefined {
  const all = toValue(node)
  if (!isRecord(all)) return undefined
  const { _time, ...fields } = all
  if (!Object.hasOwn(all, '_time') || _time === undefined) return { fields }
  const when = parseTime(_time)
  return when === undefined ? undefined : { time: when.time, ticks: when.ticks, fields }
}

const entityKinds = ['user', 'system', 'other'] as const

/** The custom key `risk`: score (or impact and confidence, whose product by a hundred it is), message, entities, threats. */
function readRisk(map: MapNode, notes: Notes): Risk | undefined {
  const node = entry(map, 'risk')?.value
  if (node === undefined) return undefined
  const fault = (message: string, span: Span): undefined => {
    note(
      notes,
      'RUL010',
      'error',
      message,
      span,
      '"risk" has "score" or "impact" and "confidence" from 0 to 100, "message", "entities", "threats"',
    )
    return undefined
  }
  if (node.kind !== 'map') return fault('"risk" is a map', node.span)
  const number = (name: string): number | undefined => {
    const value = entry(node, name)?.value
    if (value === undefined) return undefined
    const found = toValue(value)
    if (typeof found === 'number' && found >= 0 && found <= 100) return found
    return fault(`"${name}" is no number from 0 to 100`, value.span)
  }
  const impact = number('impact')
  const confidence = number('confidence')
  const score =
    number('score') ?? (impact !== undefined && confidence !== undefined ? Math.round((impact * confidence) / 100) : undefined)
  if (score === undefined) return fault('the risk has no score', node.span)
  const listed = (name: string): readonly MapNode[] => {
    const value = entry(node, name)?.value
    if (value === undefined) return []
    if (value.kind !== 'list') {
      fault(`"${name}" is a list`, value.span)
      return []
    }
    return value.items.filter((item): item is MapNode => {
      if (item.kind === 'map' && textOf(entry(item, 'field')?.value) !== undefined) return true
      fault(`each of "${name}" is a map with "field"`, item.span)
      return false
    })
  }
  return {
    score,
    ...(impact === undefined ? {} : { impact }),
    ...(confidence === undefined ? {} : { confidence }),
    message: textOf(entry(node, 'message')?.value) ?? '',
    entities: listed('entities').map(item => {
      const kind = textOf(entry(item, 'kind')?.value ?? entry(item, 'type')?.value)
      const own = entry(item, 'score')?.value
      const ownScore = own === undefined ? undefined : toValue(own)
      if (own !== undefined && typeof ownScore !== 'number') fault('the score of an entity is a number', own.span)
      return {
        field: textOf(entry(item, 'field')?.value)!,
        kind: entityKinds.find(word => word === kind) ?? 'other',
        ...(typeof ownScore === 'number' ? { score: ownScore } : {}),
      }
    }),
    threats: listed('threats').map(item => ({
      field: textOf(entry(item, 'field')?.value)!,
      kind: textOf(entry(item, 'kind')?.value ?? entry(item, 'type')?.value) ?? 'other',
    })),
  }
}
