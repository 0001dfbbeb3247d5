// What Microsoft Defender Antivirus detects as Sigma's category antivirus, beside the products that carry its events. Facts: "Review event logs and error codes to troubleshoot issues with Microsoft Defender Antivirus" (fields of 1006, 1015 and 1116), advanced hunting's DeviceEvents (AntivirusDetection), Sigma's taxonomy (antivirus: Signature, Filename).

import type { Predicate } from '../ir/predicate.ts'
import { is } from './ask.ts'
import type { Mapping, Schema } from './schema.ts'
import { type WindowsNames, windowsWhere } from './windows.ts'

/** Found by a scan, suspicious behaviour, detected; what is done about it (1117 …) tells of the same again. */
const detections = [1006, 1015, 1116]

/** The signature is the threat's name; the file stands in the path, as `file:_C:\…`, with others behind semicolons. */
function beside(id: string, names: WindowsNames): Schema {
  return schema(id, windowsWhere({ channels: ['Microsoft-Windows-Windows Defender/Operational'], ids: detections }, names), {
    Signature: columns(names, 'Threat Name', 'ThreatName'),
    Filename: columns(names, 'Path'),
    User: columns(names, 'Detection User', 'DetectionUser'),
  })
}

function schema(id: string, where: Predicate, fields: Readonly<Record<string, readonly Mapping[]>>): Schema {
  return {
    id: `antivirus-${id}`,
    title: 'Detections of Microsoft Defender Antivirus',
    beside: id,
    render: 'message',
    // Any other field of a rule is an antivirus's own, which Defender has not.
    tables: [{ name: 'detections', holds: [{ class: { category: 'antivirus' }, where }], fields, otherwise: ['*'] }],
  }
}

function columns(names: WindowsNames, ...fields: readonly string[]): readonly Mapping[] {
  return fields.flatMap(name => {
    const column = names.field(name)
    return (Array.isArray(column) ? column : [column]) as readonly Mapping[]
  })
}

export const antivirus: readonly Schema[] = [
  beside('sigma', { channel: 'Channel', id: 'EventID', provider: ['Provider_Name', 'SourceName'], field: name => name }),
  beside('winlogbeat', {
    channel: 'winlog.channel',
    id: ['winlog.event_id', 'event.code'],
    field: name => `winlog.event_data.${name}`,
  }),
  schema('mde', is('ActionType', 'AntivirusDetection'), {
    Signature: ['ThreatName', 'AdditionalFields.ThreatName'],
    Filename: ['FolderPath', 'FileName'],
  }),
]
