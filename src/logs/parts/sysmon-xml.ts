// One event of Sysmon for Linux out of the text it was logged in, under the flat names that Windows event XML gets. Facts: the event XML that SysmonForLinux writes to syslog.

import type { Value } from '../../ir/event.ts'
import { formatTime, parseTime } from '../../ir/time.ts'
import { attributes, decodeReferences, Tags } from './xml.ts'

export interface SysmonEvent {
  readonly time?: number
  readonly ticks?: number
  readonly fields: Readonly<Record<string, Value>>
}

const numbers: ReadonlySet<string> = new Set(['EventID', 'Version', 'Level', 'Task', 'Opcode', 'EventRecordID'])
const mostTags = 2_000

/** Whether a message holds an event of Sysmon for Linux. */
export function isSysmon(message: string): boolean {
  return message.startsWith('<Event>') && message.includes('Linux-Sysmon', 7)
}

/** The event that a message holds, or undefined when it is cut off or broken. */
export function readSysmon(message: string): SysmonEvent | undefined {
  const fields: Record<string, Value> = {}
  const tags = new Tags()
  let time: number | undefined
  let ticks: number | undefined
  let at = 0
  let inside = ''
  let open: string | undefined
  let from = 0
  const add = (name: string, value: Value): void => {
    if (name === '__proto__') Object.defineProperty(fields, name, { value, writable: true, enumerable: true, configurable: true })
    else if (!Object.hasOwn(fields, name)) fields[name] = value
  }
  for (let count = 0; count < mostTags; count++) {
    const kind = tags.next(message, at)
    if (kind === 'none' || kind === 'more' || kind === 'wrong') return undefined
    at = tags.end
    if (kind === 'close') {
      const closed = tags.name(message)
      if (closed === 'Event') return Object.hasOwn(fields, 'EventID') ? { time, ticks, fields } : undefined
      if (closed === inside) inside = ''
      else if (open !== undefined) {
        const text = decodeReferences(message.slice(from, tags.start))
        if (text !== '' || inside === 'EventData')
          add(open, numbers.has(open) && inside === 'System' && /^\d{1,15}$/.test(text) ? Number(text) : text)
      }
      open = undefined
      continue
    }
    if (kind !== 'open' && kind !== 'empty') continue
    const name = tags.name(message)
    if (kind === 'open' && (name === 'System' || name === 'EventData')) {
      inside = name
      continue
    }
    if (inside === '') continue
    open = undefined
    const said = attributes(message, tags.from, tags.to)
    if (inside === 'EventData') {
      const label = said.find(one => one.name === 'Name')?.value
      if (label !== undefined && kind === 'open') open = label
      else if (label !== undefined) add(label, '')
    } else {
      for (const { name: attribute, value } of said) {
        if (name === 'TimeCreated' && attribute === 'SystemTime') {
          const instant = parseTime(value)
          time = instant?.time
          ticks = instant?.ticks
          add('SystemTime', instant === undefined ? value : formatTime(instant.time, instant.ticks) || value)
        } else add(`${name}_${attribute}`, value)
      }
      if (kind === 'open') open = name
    }
    from = tags.end
  }
  return undefined
}
