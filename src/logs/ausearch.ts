// What `ausearch` prints: events between lines of hyphens, records raw or interpreted (`-i`).

import type { LogFormat } from './logs.ts'
import { auditCodes, countAudit, readAuditLines } from './parts/audit.ts'
import { textHead } from './parts/lines.ts'

/** Audit records as `ausearch` prints them. Interpreted times are those of the zone that the host was in. Schema 'auditd'. */
export const ausearch: LogFormat = {
  id: 'ausearch',
  title: 'Linux audit log as ausearch prints it',
  detect(head) {
    const { raw, interpreted, separators, others } = countAudit(textHead(head))
    if (interpreted === 0 && (raw === 0 || separators === 0)) return 0
    return others <= (raw + interpreted) / 2 ? 0.94 : 0
  },
  read: readAuditLines,
  codes: auditCodes,
}
