// The text of an event, for queries that search text: as it stands in its log, or in the form in which a product keeps it.

import { asText, type Event, isRecord, type Value } from '../ir/event.ts'
import { systemNames } from './event-xml.ts'

/**
 * The forms: `line` is the line of the log, else one of JSON; `json` a line of JSON, that of the log where it is JSON; `xml` an event of Windows as XML on one
 * line, that of the log where it is XML, and the line of anything else; `pairs` the line of a log that is neither JSON nor XML, else `name=value`, one after
 * the other with tabs between, values as they are.
 */
export type TextForm = (typeof textForms)[number]

export const textForms = ['line', 'json', 'xml', 'pairs'] as const

/** The text of an event in a form. */
export function eventText(event: Event, form: TextForm): string {
  const line = event.line?.() ?? event.raw
  switch (form) {
    case 'line':
      return line ?? jsonLine(event)
    case 'json':
      return line?.startsWith('{') === true ? line : jsonLine(event)
    case 'xml':
      return line?.startsWith('<') === true ? line : (xmlLine(event) ?? line ?? jsonLine(event))
    case 'pairs':
      return line !== undefined && !/^[{<]/.test(line) ? line : pairs(event)
  }
}

const jsonLine = ({ fields }: Event): string =>
  JSON.stringify(fields, (_, value) => (typeof value === 'bigint' ? String(value) : value)) ?? ''

const deepest = 32

function pairs({ fields }: Event): string {
  const found: string[] = []
  const walk = (value: Value, name: string, depth: number): void => {
    const text = asText(value)
    if (text !== undefined) found.push(`${name}=${text}`)
    else if (depth > deepest || value === null) return
    else if (Array.isArray(value)) for (const member of value as readonly Value[]) walk(member, name, depth + 1)
    else if (isRecord(value))
      for (const key of Object.keys(value)) walk(value[key]!, name === '' ? key : `${name}.${key}`, depth + 1)
  }
  walk(fields, '', 0)
  return found.join('\t')
}

const references: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', "'": '&apos;', '"': '&quot;' }
/** A text of XML on one line: line breaks are character references, and what XML cannot hold is left out. */
const escaped = (text: string): string =>
  text
    .replace(/[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]/g, '')
    .replace(/[&<>]/g, sign => references[sign]!)
    .replace(/[\r\n]/g, sign => `&#${sign.charCodeAt(0)};`)
const attribute = (text: string): string => escaped(text).replace(/['"]/g, sign => references[sign]!)

/** Elements of System in the order of the schema of events (https://learn.microsoft.com/windows/win32/wes/eventschema-systempropertiestype-complextype): each with the fields that are its attributes and the one that is its text. */
const elements: readonly {
  readonly name: string
  readonly attributes: Readonly<Record<string, string>>
  readonly text?: string
}[] = [
  { name: 'Provider', attributes: { Name: 'Provider_Name', Guid: 'Provider_Guid', EventSourceName: 'Provider_EventSourceName' } },
  { name: 'EventID', attributes: { Qualifiers: 'EventID_Qualifiers' }, text: 'EventID' },
  ...['Version', 'Level', 'Task', 'Opcode', 'Keywords'].map(name => ({ name, attributes: {}, text: name })),
  { name: 'TimeCreated', attributes: { SystemTime: 'SystemTime' } },
  { name: 'EventRecordID', attributes: {}, text: 'EventRecordID' },
  {
    name: 'Correlation',
    attributes: { ActivityID: 'Correlation_ActivityID', RelatedActivityID: 'Correlation_RelatedActivityID' },
  },
  { name: 'Execution', attributes: { ProcessID: 'Execution_ProcessID', ThreadID: 'Execution_ThreadID' } },
  ...['Channel', 'Computer'].map(name => ({ name, attributes: {}, text: name })),
  { name: 'Security', attributes: { UserID: 'Security_UserID' } },
]

/** A flat record of the Windows event log as `wevtutil` prints it, on one line; undefined for other records. */
function xmlLine({ fields }: Event): string | undefined {
  const read = (name: string): string | undefined => (Object.hasOwn(fields, name) ? asText(fields[name] as Value) : undefined)
  if (read('EventID') === undefined || (read('Channel') === undefined && read('Provider_Name') === undefined)) return undefined
  const own = elements.flatMap(({ name, attributes, text }) => {
    const given = Object.entries(attributes).flatMap(([attributeName, field]) => {
      const value = read(field)
      return value === undefined ? [] : [` ${attributeName}='${attribute(value)}'`]
    })
    const inner = text === undefined ? undefined : read(text)
    if (given.length === 0 && inner === undefined) return []
    return [inner === undefined ? `<${name}${given.join('')}/>` : `<${name}${given.join('')}>${escaped(inner)}</${name}>`]
  })
  const known = new Set(
    elements.flatMap(({ attributes, text }) => [...Object.values(attributes), ...(text === undefined ? [] : [text])]),
  )
  const values = Object.entries(fields).flatMap(([name, value]) => {
    if (known.has(name) || systemNames.has(name)) return []
    const texts = Array.isArray(value) ? (value as readonly Value[]).map(asText) : [asText(value)]
    return texts.flatMap(text => (text === undefined ? [] : [`<Data Name='${attribute(name)}'>${escaped(text)}</Data>`]))
  })
  const message = read('Message')
  const rendered = message === undefined ? '' : `<RenderingInfo><Message>${escaped(message)}</Message></RenderingInfo>`
  return `<Event xmlns='http://schemas.microsoft.com/win/2004/08/events/event'><System>${own.join('')}</System><EventData>${values.join('')}</EventData>${rendered}</Event>`
}
