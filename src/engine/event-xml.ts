// The values of a Windows event as the XML text in which Log Analytics keeps them: `EventData` of the table Event. Facts: https://learn.microsoft.com/azure/azure-monitor/reference/tables/event

import { accessor, asText, type Event, isRecord, type Value } from '../ir/event.ts'

/** What every event has beside its own values, in the flat form of records. */
export const systemNames: ReadonlySet<string> = new Set([
  ...[
    'Channel',
    'EventID',
    'Provider_Name',
    'Provider_Guid',
    'Computer',
    'EventRecordID',
    'SystemTime',
    'Level',
    'Task',
    'Opcode',
    'Keywords',
  ],
  ...[
    'Version',
    'Execution_ProcessID',
    'Execution_ThreadID',
    'Correlation_ActivityID',
    'Correlation_RelatedActivityID',
    'Security_UserID',
  ],
  ...['Qualifiers', 'Message', '@timestamp', 'RecordNumber', 'EventSourceName', 'Provider_EventSourceName'],
])

const inside = ['Event.EventData', 'EventData', 'winlog.event_data'].map(accessor)

const escaped = (text: string): string =>
  text.replace(/&/g, '&amp;').replace(/</g, '&lt;').replace(/>/g, '&gt;').replace(/"/g, '&quot;')

/** The values of an event by name, from where its shape keeps them. */
function valuesOf(event: Event): readonly (readonly [string, Value])[] {
  const { fields } = event
  for (const read of inside) {
    const found = read(fields)
    if (isRecord(found)) return Object.entries(found)
  }
  return Object.entries(fields).filter(([name]) => !systemNames.has(name))
}

/** `<DataItem …><EventData …><Data Name="Image">…</Data>…` for an event that names a channel or provider; undefined for any other record. */
export function eventDataXml(event: Event): string | undefined {
  const values = valuesOf(event).flatMap(([name, value]) => {
    const text = asText(value)
    return text === undefined ? [] : [`<Data Name="${escaped(name)}">${escaped(text)}</Data>`]
  })
  if (values.length === 0) return undefined
  const data = `<EventData xmlns="http://schemas.microsoft.com/win/2004/08/events/event">${values.join('')}</EventData>`
  return `<DataItem type="System.XmlData" time="" sourceHealthServiceId="">${data}</DataItem>`
}
