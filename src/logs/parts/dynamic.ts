// Columns that hold objects and are written as texts of JSON, by exports to CSV and by the query APIs of Log Analytics and Defender.

import type { Value } from '../../ir/event.ts'
import { parseJson } from './json.ts'

/** Columns that hold objects in the tables of Defender and Sentinel (type dynamic) and in what Search-UnifiedAuditLog gives; elsewhere a value that looks like JSON is text. */
export const dynamicColumns: ReadonlySet<string> = new Set([
  'AdditionalDetails',
  'AdditionalFields',
  'AppliedConditionalAccessPolicies',
  'AuditData',
  'AuthenticationDetails',
  'Authorization_d',
  'Claims_d',
  'ConditionalAccessPolicies',
  'DeviceDetail',
  'Entities',
  'ExtendedProperties',
  'InitiatedBy',
  'LocationDetails',
  'MfaDetail',
  'ModifiedProperties',
  'NetworkLocationDetails',
  'Parameters',
  'Properties_d',
  'RawEventData',
  'Status',
  'TargetResources',
])

/** A value of a dynamic column: the object or list that it is when it is one, else the text. */
export function objectOf(text: string): Value {
  const first = text.charCodeAt(0)
  if (first !== 123 && first !== 91) return text
  const parsed = parseJson(text)
  return 'fault' in parsed ? text : parsed.value
}

type Fields = Readonly<Record<string, Value>>

/** Columns by which a row of those tables is known. */
export const rowMarks: readonly string[] = ['TimeGenerated', 'AuditData', 'ActionType']

/** A record with the texts of its dynamic columns made objects, where it is a row of such a table; any other record as it is. */
export function openTexts(record: Fields): Fields {
  if (!rowMarks.some(name => Object.hasOwn(record, name))) return record
  let open: Record<string, Value> | undefined
  for (const name of dynamicColumns) {
    const value = Object.hasOwn(record, name) ? record[name] : undefined
    if (typeof value !== 'string') continue
    const object = objectOf(value)
    if (object === value) continue
    open ??= { ...record }
    open[name] = object
  }
  return open ?? record
}
