// Windows events as XML, one a line, as `wevtutil`, Get-WinEvent's ToXml and collectors render them: what a field looks like there, in Perl-compatible expressions. Line breaks in values are character references.

import type { Glob } from '../../ir/predicate.ts'
import { sameIgnoringCase } from '../../ir/regex/characters.ts'
import type { Form } from './form.ts'

/** Names of System that RenderingInfo uses again for their translated texts. */
const renderedAgain = /^(?:Message|Level|Task|Opcode|Channel|Provider|Keywords?)$/

/** Fields that are attributes of System's elements. */
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

/** Whether an element can have the name. */
const isName = (name: string): boolean => /^[A-Za-z_][\w.-]*$/.test(name)

const attributeOf = (name: string): readonly [string, string] | undefined =>
  Object.hasOwn(attributes, name) ? attributes[name] : undefined

/** Everything up to the end of the tag or attribute name that a field begins with. */
function opening(name: string): string {
  const own = attributeOf(name)
  if (own !== undefined) return `.*?<${own[0]} (?:[^<>]* )?${own[1]}=`
  const named = `Data (?:[^<>]* )?Name=(?:"${encoded(name, false, "'")}"|'${encoded(name, false, '"')}')`
  const element = isName(name) ? `|${name.replaceAll('.', '\\.')}(?![\\w.:-])${name === 'Data' ? '(?![^<>]* Name=)' : ''}` : ''
  const start = renderedAgain.test(name) ? '(?:(?!<RenderingInfo).)*?' : '.*?'
  return `${start}<(?:${named}${element})[^<>]*?`
}

/** A field whose value an expression takes: all of it, or, where it is `open`, how it begins. `value` is given the group of one character, and the quotes that stand there as they are. */
function field(name: string, value: (character: string, quotes: string) => string, open = false): string {
  const before = opening(name)
  if (attributeOf(name) === undefined) return `${before}(?<!/)>${value('(?&c)', '"\'')}${open ? '' : '</'}`
  const end = (quote: string): string => (open ? '' : quote)
  return `${before}(?:"${value('(?&a)', "'")}${end('"')}|'${value('(?&b)', '"')}${end("'")})`
}

/** Events as XML. A character of a text is the group `c`, of an attribute in double quotes `a`, in single ones `b`. */
export const xml: Form = {
  name: 'XML',
  definitions: '(?(DEFINE)(?<e>&(?:\\w++|#\\d++|#x[[:xdigit:]]++);)(?<c>[^<&]|(?&e))(?<a>[^<&"]|(?&e))(?<b>[^<&\\x27]|(?&e)))',
  file: 'events.xml',
  exists: opening,
  present: opening,
  empty: name => (attributeOf(name) === undefined ? `${opening(name)}(?:/>|(?<!/)></)` : `${opening(name)}(?:""|'')`),
  text: (name, glob, fold) => {
    if (glob.length === 0) return xml.empty(name)
    if (glob.every(part => typeof part === 'object' && part.wild === 'any')) return xml.present(name)
    const last = glob.at(-1)
    const open = typeof last === 'object' && last.wild === 'any'
    return field(name, (character, quotes) => globValue(glob, fold, character, quotes), open)
  },
  pattern: (name, pattern) => field(name, () => pattern),
  truth: (name, value) => field(name, () => `(?i:${value})`),
  number: (name, digits) => field(name, () => digits),
}

function globValue(glob: Glob, fold: boolean, character: string, quotes: string): string {
  const body = glob.map(part =>
    typeof part === 'string' ? encoded(part, fold, quotes) : `${character}${part.wild === 'any' ? '*?' : ''}`,
  )
  const open = typeof glob.at(-1) === 'object' && body.at(-1)!.endsWith('*?')
  const text = (open ? body.slice(0, -1) : body).join('')
  return fold ? `(?i:${text})` : text
}

const named: Readonly<Record<string, string>> = { '&': 'amp', '<': 'lt', '>': 'gt', '"': 'quot', "'": 'apos' }

/** A text as writers of XML put it: what must be a reference, and what some make one without need. Quotes stand as they are where `quotes` has them. */
function encoded(text: string, fold: boolean, quotes: string): string {
  let out = ''
  for (const character of text) {
    const point = character.codePointAt(0)!
    const reference = (of: number): string => `&#(?:0*${of}|(?i:x0*${of.toString(16)}));`
    const own = named[character]
    if (own !== undefined) {
      const raw = character === '>' || quotes.includes(character) ? `${character}|` : ''
      out += `(?:${raw}&${own};|${reference(point)})`
    } else if (point < 32 || point > 126) {
      const points = fold ? sameIgnoringCase(point) : [point]
      const all = points.length === 0 ? [point] : points
      out += `(?:${all.map(one => `\\x{${one.toString(16)}}|${reference(one)}`).join('|')})`
    } else out += /[\\^$.*+?()[\]{}|#-]/.test(character) ? `\\${character}` : character
  }
  return out
}
