// The log of auditd (audit.log): one event per record; the records of one audit event tell each other what they know. Raw or enriched.

import type { LogFormat } from './logs.ts'
import { auditCodes, countAudit, readAuditLines } from './parts/audit.ts'
import { textHead } from './parts/lines.ts'

/** Raw audit records: `type=SYSCALL msg=audit(1700000000.123:456): …`. Schema 'auditd'. */
export const auditd: LogFormat = {
  id: 'auditd',
  title: 'Linux audit log (auditd)',
  detect(head, name) {
    const { raw, interpreted, separators, others } = countAudit(textHead(head))
    if (raw === 0 || interpreted > 0 || separators > 0) return 0
    const named = /(?:^|[/\\])audit\.log(?:\.\d+)?(?:\.gz)?$/i.test(name) ? 0.05 : 0
    if (others === 0) return 0.94 + named
    return raw >= others ? 0.7 + named : 0
  },
  read: readAuditLines,
  codes: auditCodes,
}
