// What Microsoft Defender Antivirus detects as Sigma's category antivirus, beside the products that carry its events. Facts: "Review event logs and error codes to troubleshoot issues with Microsoft Defender Antivirus" (fields of 1006, 1015 and 1116), advanced hunting's DeviceEvents (AntivirusDetection), Sigma's taxonomy (antivirus: Signature, Filename).

import type { Predicate } from '../ir/predicate.ts'
import { is } from './ask.ts'
import { mde } from './mde.ts'
import type { Mapping, Schema } from './schema.ts'
import { sigma } from './sigma.ts'
import { type WindowsNames, windowsWhere } from './windows.ts'
import { winlogbeat } from './winlogbeat.ts'

/** Found by a scan, suspicious behaviour, detected; what is done about it (1117 …) tells of the same again. */
const detections = [1006, 1015, 1116]

/** What a product's records say of host, user and time holds for these too. */
function beside(product: Schema, where: Predicate, fields: Readonly<Record<string, readonly Mapping[]>>): Schema {
  const { id, time, host, user, channel, eventId } = product
  return {
    id: `antivirus-${id}`,
    title: `Detections of Microsoft Defender Antivirus (${product.title})`,
    beside: id,
    render: 'message',
    // Any other field of a rule is an antivirus's own, which Defender has not.
    tables: [{ name: 'detections', holds: [{ class: { category: 'antivirus' }, where }], fields, otherwise: ['*'] }],
    time,
    host,
    user,
    channel,
    eventId,
  }
}

/** The signature is the threat's name; the file stands in the path, as `file:_C:\…`, with others behind semicolons. */
function ofEvents(product: Schema, names: WindowsNames): Schema {
  const where = windowsWhere({ channels: ['Microsoft-Windows-Windows Defender/Operational'], ids: detections }, names)
  const columns = (...fields: readonly string[]): readonly Mapping[] => fields.map(name => names.field(name))
  return beside(product, where, {
    Signature: columns('Threat Name', 'ThreatName'),
    Filename: columns('Path'),
    User: columns('Detection User', 'DetectionUser'),
  })
}

export const antivirus: readonly Schema[] = [
  ofEvents(sigma, {
    channel: 'Channel',
    id: 'EventID',
    provider: ['Provider_Name', 'SourceName'],
    field: name => name,
  }),
  ofEvents(winlogbeat, {
    channel: 'winlog.channel',
    id: ['winlog.event_id', 'event.code'],
    field: name => `winlog.event_data.${name}`,
  }),
  beside(mde, is('ActionType', 'AntivirusDetection'), {
    Signature: ['ThreatName', 'AdditionalFields.ThreatName'],
    Filename: ['FolderPath', 'FileName'],
  }),
]
