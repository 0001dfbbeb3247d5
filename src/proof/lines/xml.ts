// A line of XML as a Windows event: what its elements and attributes look like, as Windows renders them (EvtRender, https://learn.microsoft.com/windows/win32/wes/rendering-events), line breaks in values as references.

import { asText, type Event } from '../../ir/event.ts'
import type { Match, Predicate, Scalar } from '../../ir/predicate.ts'
import type { RegexTree } from '../../ir/regex.ts'
import type { Lines } from './lines.ts'
import { anyText, begins, eitherPart, isPoint, keyOf, normal, partsInOrder, type Spelling, testOf, valuesOf } from './spelled.ts'

/** Elements of System that hold a text, by their names. */
const elements: ReadonlySet<string> = new Set([
  'EventID',
  'Version',
  'Level',
  'Task',
  'Opcode',
  'Keywords',
  'EventRecordID',
  'Channel',
  'Computer',
])

/** Fields that are attributes of elements of System, as our reader of events names them. */
const attributes: Readonly<Record<string, readonly [element: string, attribute: string]>> = {
  Provider_Name: ['Provider', 'Name'],
  Provider_Guid: ['Provider', 'Guid'],
  SystemTime: ['TimeCreated', 'SystemTime'],
  EventID_Qualifiers: ['EventID', 'Qualifiers'],
  Correlation_ActivityID: ['Correlation', 'ActivityID'],
  Execution_ProcessID: ['Execution', 'ProcessID'],
  Execution_ThreadID: ['Execution', 'ThreadID'],
  Security_UserID: ['Security', 'UserID'],
}

const signs: readonly (readonly [number, string])[] = [
  [0x26, '&amp;'],
  [0x3c, '&lt;'],
  [0x3e, '&gt;'],
  [0x09, '&#x9;'],
  [0x0a, '&#xA;'],
  [0x0d, '&#xD;'],
]
const inAttributes: readonly (readonly [number, string])[] = [...signs, [0x27, '&apos;']]

const written = (text: string, how: readonly (readonly [number, string])[]): string =>
  [...text].map(character => how.find(([point]) => point === character.codePointAt(0))?.[1] ?? character).join('')

const ampersand = 0x26

/** The place behind the semicolon of a reference. */
function behind(parts: readonly RegexTree[], from: number): number | undefined {
  for (let at = from + 1; at < parts.length; at++) {
    if (isPoint(parts[at], 0x3b)) return at + 1
    if (isPoint(parts[at], ampersand) || isPoint(parts[at], 0x3c)) return undefined
  }
  return undefined
}

const spellingOf = (spelled: Spelling['spelled'], character: string, end: number): Spelling => ({
  escape: ampersand,
  spelled,
  never: spelled
    .map(([point]) => point)
    .sort((a, b) => a - b)
    .flatMap(point => [point, point]),
  ends: [end, end],
  character: eitherPart(character),
  behind,
})

const reference = '&(?:\\w++|#\\d++|#x[[:xdigit:]]++);'
const inText = spellingOf(signs, `[^<&]|${reference}`, 0x3c)
const inQuotes = spellingOf(inAttributes, `[^<&\\x27]|${reference}`, 0x27)

/** Names of System that the text rendered for people uses again. */
const renderedAgain = /^(?:Message|Level|Task|Opcode|Channel|Provider|Keywords?)$/
const plainName = /^[A-Za-z_][\w.-]*$/

/** What a field begins with, up to the end of its tag or its attribute's name. Data is found by name, an element of System by its own. */
function opening(name: string): string | undefined {
  const own = Object.hasOwn(attributes, name) ? attributes[name] : undefined
  if (own !== undefined) return `.*?<${own[0]} (?:[^<>]* )?${own[1]}=`
  if (!plainName.test(name)) return undefined
  const start = renderedAgain.test(name) ? '(?:(?!<RenderingInfo).)*?' : '.*?'
  const [quoted, unquoted] = [name.replaceAll(/[.-]/g, '\\$&'), name.replaceAll('.', '\\.')]
  const beside = name === 'Data' ? '(?![^<>]* Name=)' : ''
  return `${start}<(?:Data (?:[^<>]* )?Name=(?:"${quoted}"|'${quoted}')|${unquoted}(?![\\w.:-])${beside})[^<>]*?`
}

const openings = new Map<string, readonly RegexTree[] | undefined>()
function openingOf(name: string): readonly RegexTree[] | undefined {
  if (!openings.has(name)) {
    const pattern = opening(name)
    openings.set(name, pattern === undefined ? undefined : partsInOrder(normal(pattern)))
    if (openings.size > 2000) openings.clear()
  }
  return openings.get(name)
}

const close = partsInOrder(normal('(?<!/)>'))
const emptyElement = keyOf(normal('(?:/>|(?<!/)></)'))
const emptyAttribute = keyOf(normal(`(?:""|'')`))
const isLess = (part: RegexTree): boolean => isPoint(part, 0x3c)
const isApostrophe = (part: RegexTree): boolean => isPoint(part, 0x27)

/** The texts of an element, behind its tag. */
function elementTexts(parts: readonly RegexTree[]): RegexTree | undefined {
  if (!begins(parts, close)) return undefined
  const told = valuesOf(parts, close.length, inText, isLess)
  if (told === undefined) return undefined
  if (told.to === parts.length) return { kind: 'sequence', of: [told.tree, anyText] }
  return told.to === parts.length - 2 && isPoint(parts[told.to + 1], 0x2f) ? told.tree : undefined
}

/** The texts of an attribute. Windows writes it in single quotes. */
function attributeTexts(parts: readonly RegexTree[]): RegexTree | undefined {
  const [first] = parts
  const ways = parts.length === 1 && first?.kind === 'choice' ? first.of.map(partsInOrder) : [parts]
  const own = ways.filter(way => way[0] !== undefined && isApostrophe(way[0]))
  if (own.length !== 1) return undefined
  const told = valuesOf(own[0]!, 1, inQuotes, isApostrophe)
  if (told === undefined) return undefined
  if (told.to === own[0]!.length) return { kind: 'sequence', of: [told.tree, anyText] }
  return told.to === own[0]!.length - 1 ? told.tree : undefined
}

/** An event as Windows renders it, its data in any order. */
function write(event: Event): string {
  const tags = new Map<string, { own: string; text: string | undefined }>()
  const data: string[] = []
  for (const [name, value] of Object.entries(event.fields)) {
    const text = asText(value)
    if (name.startsWith('$') || text === undefined) continue
    const own = Object.hasOwn(attributes, name) ? attributes[name] : undefined
    const element = own?.[0] ?? (elements.has(name) ? name : undefined)
    if (element === undefined) {
      data.push(`<Data Name='${written(name, inAttributes)}'>${written(text, signs)}</Data>`)
      continue
    }
    const tag = tags.get(element) ?? { own: '', text: undefined }
    if (own === undefined) tag.text = written(text, signs)
    else tag.own += ` ${own[1]}='${written(text, inAttributes)}'`
    tags.set(element, tag)
  }
  const system = [...tags].map(([name, { own, text }]) =>
    text === undefined ? `<${name}${own}/>` : `<${name}${own}>${text}</${name}>`,
  )
  return `<Event xmlns='http://schemas.microsoft.com/win/2004/08/events/event'><System>${system.join('')}</System><EventData>${data.join('')}</EventData></Event>`
}

/** Characters that XML 1.0 does not allow. */
const outside = [...Array(0x20).keys()].filter(point => ![9, 10, 13].includes(point)).concat(0xfffe, 0xffff)

export const xml: Lines = {
  write,
  given: 'an event is a line of XML as Windows renders it, each name once, line breaks in values as references',
  nulls: false,
  without: outside,
  asks: (parts, names) => {
    for (const name of names) {
      const head = openingOf(name)
      if (head === undefined || !begins(parts, head)) continue
      const value = parts.slice(head.length)
      const subject: Scalar = { kind: 'field', name }
      const test = (match: Match): Predicate => ({ kind: 'test', subject, match })
      if (value.length === 0) return test({ kind: 'exists' })
      const attribute = Object.hasOwn(attributes, name)
      if (value.length === 1 && keyOf(value[0]!) === (attribute ? emptyAttribute : emptyElement)) return test({ kind: 'empty' })
      return testOf(name, attribute ? attributeTexts(value) : elementTexts(value))
    }
    return undefined
  },
}
