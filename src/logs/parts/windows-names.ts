// The names of a flat Windows event, whichever framing it came in: which System fields are numbers, and what a data field is called.

/** System fields whose values are whole numbers. */
export const systemNumbers: ReadonlySet<string> = new Set([
  'EventID',
  'EventID_Qualifiers',
  'Version',
  'Level',
  'Task',
  'Opcode',
  'EventRecordID',
  'Execution_ProcessID',
  'Execution_ThreadID',
  'Execution_ProcessorID',
  'Execution_SessionID',
  'Execution_KernelTime',
  'Execution_UserTime',
  'Execution_ProcessorTime',
])

/** Elements of System that say what they say in attributes: without content they are no field. */
export const attributesOnly: ReadonlySet<string> = new Set(['Provider', 'TimeCreated', 'Correlation', 'Execution', 'Security'])

/** Names of System fields: data under such a name is told apart by a prefix. */
const systemNames: ReadonlySet<string> = new Set([
  'Provider_Name',
  'Provider_Guid',
  'Provider_EventSourceName',
  'EventID',
  'EventID_Qualifiers',
  'Version',
  'Level',
  'Task',
  'Opcode',
  'Keywords',
  'SystemTime',
  'EventRecordID',
  'Correlation_ActivityID',
  'Correlation_RelatedActivityID',
  'Execution_ProcessID',
  'Execution_ThreadID',
  'Channel',
  'Computer',
  'Security_UserID',
])

/** A data field's name in the flat event: without spaces, and with a prefix where a System field has that name. */
export function fieldName(name: string): string {
  const short = name.includes(' ') ? name.replaceAll(' ', '') : name
  return systemNames.has(short) ? `EventData_${short}` : short
}
