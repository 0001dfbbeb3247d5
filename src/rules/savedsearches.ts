// A scheduled search of Splunk with its alert and, for Enterprise Security, its risk: a stanza of savedsearches.conf; reading is in spl.ts. Facts: savedsearches.conf.spec (https://docs.splunk.com/Documentation/Splunk/latest/Admin/Savedsearchesconf), Enterprise Security's risk and correlation search actions.

import type { Detection, Level } from '../ir/detection.ts'
import type { Diagnostic } from '../text/diagnostic.ts'
import { fileName, lookBack } from './elastic.ts'
import type { RuleFormat } from './rules.ts'
import { groupsOf } from './sentinel.ts'
import { detectSaved, readSaved } from './spl.ts'
import { minutes, notSpl, oneLine, rowField, rowMessage, unnamed } from './splunk.ts'

export const codes: Readonly<Record<string, string>> = {
  SSC101: 'savedsearches.conf holds queries in SPL only',
  SSC301: 'a rule gives risk to a field that the rows of its search do not have',
}

/** `alert.severity`: 2 info, 3 warn, 4 error, 5 severe, 6 fatal. */
const severities: Readonly<Record<Level, number>> = { informational: 2, low: 3, medium: 4, high: 5, critical: 6 }

/** A stanza's name ends at the first bracket. */
const stanza = (detection: Detection): string =>
  oneLine(detection.title || detection.id || 'detection').replace(/[[\]]/g, found => (found === '[' ? '(' : ')'))

/** Runs once an hour; looks back the hour, ten minutes for events that arrive late and the longest window of the query. */
export const savedSearch: RuleFormat = {
  id: 'savedsearches',
  title: 'Splunk saved search (savedsearches.conf)',
  detect: detectSaved,
  read: readSaved,
  write(detection, printed, columns, place) {
    if (place !== undefined && place.language !== 'spl')
      return { diagnostics: [notSpl('SSC101', 'savedsearches.conf', place.language)] }
    const diagnostics: Diagnostic[] = []
    const field = (name: string): string | undefined => rowField(name, place, columns, groupsOf(detection))
    // A line that ends in a backslash goes on; none of a query does by itself, since it never ends within a string.
    const search = printed.text.replaceAll('\n', ' \\\n')
    const lines = [
      `[${stanza(detection)}]`,
      `description = ${oneLine(detection.description || detection.title)}`,
      `search = ${search}`,
      'enableSched = 1',
      'cron_schedule = 0 * * * *',
      `dispatch.earliest_time = -${lookBack(detection.query, minutes)}m@m`,
      'dispatch.latest_time = now',
      'counttype = number of events',
      'relation = greater than',
      'quantity = 0',
      'alert.track = 1',
      `alert.severity = ${severities[detection.level]}`,
      'action.correlationsearch.enabled = 1',
      `action.correlationsearch.label = ${stanza(detection)}`,
    ]
    if (detection.attack.length > 0)
      lines.push(`action.correlationsearch.annotations = ${JSON.stringify({ mitre_attack: detection.attack })}`)
    const { risk } = detection
    if (risk !== undefined) {
      const objects: Record<string, string | number>[] = []
      for (const { field: name, kind, score } of risk.entities) {
        const own = field(name)
        if (own === undefined) diagnostics.push(unnamed('SSC301', name))
        else objects.push({ risk_object_field: own, risk_object_type: kind, risk_score: score ?? risk.score })
      }
      for (const { field: name, kind } of risk.threats) {
        const own = field(name)
        if (own === undefined) diagnostics.push(unnamed('SSC301', name))
        else objects.push({ threat_object_field: own, threat_object_type: kind })
      }
      lines.push(
        'action.risk = 1',
        `action.risk.param._risk = ${JSON.stringify(objects)}`,
        `action.risk.param._risk_message = ${oneLine(rowMessage(risk.message, field))}`,
        'action.risk.param._risk_score = 0',
      )
    }
    return { value: [{ name: `${fileName(detection)}.conf`, text: `${lines.join('\n')}\n` }], diagnostics }
  },
  codes,
}
