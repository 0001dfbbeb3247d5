// Field names that are nearly one of the log source: a wrong case or a slip of the hand, after which the rule never fires.

import { entry } from '../rules/sigma.ts'
import { suggest } from '../text/suggest.ts'
import { partSpan, sigmaCheck } from './check.ts'

const system = 'EventID Channel Provider_Name Computer UtcTime RuleName User'
const process = 'ProcessGuid ProcessId Image'

/** The fields of Sysmon's events by category (Sysmon's own manifest, schema 4.90), and those that Sigma adds. */
const known: Readonly<Record<string, string>> = {
  process_creation: `${process} FileVersion Description Product Company OriginalFileName CommandLine CurrentDirectory LogonGuid LogonId TerminalSessionId IntegrityLevel Hashes ParentProcessGuid ParentProcessId ParentImage ParentCommandLine ParentUser Imphash md5 sha1 sha256 GrandParentImage`,
  file_change: `${process} TargetFilename CreationUtcTime PreviousCreationUtcTime`,
  network_connection: `${process} Protocol Initiated SourceIsIpv6 SourceIp SourceHostname SourcePort SourcePortName DestinationIsIpv6 DestinationIp DestinationHostname DestinationPort DestinationPortName CommandLine ParentImage`,
  driver_load: 'ImageLoaded Hashes Signed Signature SignatureStatus md5 sha1 sha256 Imphash',
  image_load: `${process} ImageLoaded FileVersion Description Product Company OriginalFileName Hashes Signed Signature SignatureStatus md5 sha1 sha256 Imphash CommandLine`,
  create_remote_thread:
    'SourceProcessGuid SourceProcessId SourceImage TargetProcessGuid TargetProcessId TargetImage NewThreadId StartAddress StartModule StartFunction SourceUser TargetUser SourceCommandLine SourceParentImage TargetParentImage',
  raw_access_thread: `${process} Device`,
  process_access:
    'SourceProcessGUID SourceProcessId SourceThreadId SourceImage TargetProcessGUID TargetProcessId TargetImage GrantedAccess CallTrace SourceUser TargetUser SourceCommandLine',
  file_event: `${process} TargetFilename CreationUtcTime MagicHeader CommandLine ParentImage ParentCommandLine`,
  registry_add: `${process} EventType TargetObject`,
  registry_delete: `${process} EventType TargetObject`,
  registry_set: `${process} EventType TargetObject Details`,
  registry_rename: `${process} EventType TargetObject NewName`,
  registry_event: `${process} EventType TargetObject Details NewName`,
  create_stream_hash: `${process} TargetFilename CreationUtcTime Hash Hashes Contents Imphash md5 sha1 sha256`,
  pipe_created: `${process} EventType PipeName`,
  wmi_event: 'EventType Operation EventNamespace Name Query Type Destination Consumer Filter',
  dns_query: `${process} QueryName QueryStatus QueryResults ProcessName`,
  file_delete: `${process} TargetFilename Hashes IsExecutable Archived CommandLine`,
  ps_script: 'ScriptBlockText ScriptBlockId MessageNumber MessageTotal Path Data Payload',
}

export const fields = sigmaCheck('fields', { LNT270: 'a field is nearly one that the log source has' }, (written, report) => {
  const { map, items } = written
  const logsource = entry(map, 'logsource')?.value
  if (logsource?.kind !== 'map') return
  const category = entry(logsource, 'category')?.value
  const product = entry(logsource, 'product')?.value
  if (category?.kind !== 'scalar' || (product?.kind === 'scalar' && product.text.toLowerCase() !== 'windows')) return
  const list = Object.hasOwn(known, category.text) ? known[category.text]! : undefined
  if (list === undefined || entry(logsource, 'service') !== undefined) return
  const names = [...list.split(' '), ...system.split(' ')]
  const told = new Set<string>()
  for (const { field, key } of items) {
    if (field === undefined || key === undefined || names.includes(field) || told.has(field) || field.includes('.')) continue
    const near = suggest(field, names)
    const folded = near?.toLowerCase() === field.toLowerCase()
    // Only what is one slip away: shorter names have too many neighbours.
    if (near === undefined || (!folded && (field.length < 5 || slips(field, near) > 1))) continue
    told.add(field)
    const span = partSpan(written, key, field)
    report('LNT270', 'warning', `"${field}" is no field of "${category.text}", and nearly "${near}"`, span, {
      hint: `did you mean "${near}"?`,
      ...(span.end - span.start === field.length ? { fix: [{ span, text: near }] } : {}),
    })
  }
})

/** Whether two names are one letter more, less or other apart (1), or further (2). */
function slips(a: string, b: string): number {
  const [short, long] = a.length <= b.length ? [a, b] : [b, a]
  if (long.length - short.length > 1) return 2
  let at = 0
  while (at < short.length && short[at] === long[at]) at++
  const rest = long.length === short.length ? short.slice(at + 1) : short.slice(at)
  if (long.slice(at + 1) === rest) return 1
  const swapped = short.slice(0, at) + (short[at + 1] ?? '') + (short[at] ?? '') + short.slice(at + 2)
  return swapped === long ? 1 : 2
}
