// Linux system logs, as lines (syslog) and as journal entries. Which service of Sigma a message belongs to is told by the program that wrote it, its facility and the file it stands in. Facts: RFC 3164 and 5424, systemd.journal-fields(7), the log source definitions of SigmaHQ.

import type { Predicate } from '../ir/predicate.ts'
import { and, exists, is, not, or } from './ask.ts'
import type { Holding, Schema } from './schema.ts'

/** Where a record names the program, the facility, and the file it stands in. */
interface Names {
  readonly program: string
  readonly facility: string
  readonly log?: string
}

interface Service {
  readonly service: string
  readonly programs: readonly string[]
  /** Files of the service alone, without folder and number. */
  readonly files?: readonly string[]
  /** Security facilities belong to it: auth (4) and authpriv (10). */
  readonly security?: boolean
}

const services: readonly Service[] = [
  // OpenSSH has split sshd since 9.8.
  { service: 'sshd', programs: ['sshd', 'sshd-session', 'sshd-auth'] },
  { service: 'sudo', programs: ['sudo'], files: ['sudo.log'] },
  { service: 'cron', programs: ['cron', 'crond', 'crontab', 'anacron'], files: ['cron', 'cron.log'] },
  { service: 'vsftpd', programs: ['vsftpd'], files: ['vsftpd.log'] },
  {
    service: 'clamav',
    programs: ['clamd', 'clamscan', 'clamdscan', 'clamonacc', 'freshclam'],
    files: ['clamav.log', 'clamd.log'],
  },
  { service: 'guacamole', programs: ['guacd', 'guacamole'] },
  {
    service: 'auth',
    programs: [
      ...[
        'sshd',
        'sshd-session',
        'sshd-auth',
        'sudo',
        'su',
        'login',
        'pkexec',
        'polkitd',
        'polkit-agent-helper-1',
        'systemd-logind',
      ],
      ...[
        'useradd',
        'userdel',
        'usermod',
        'groupadd',
        'groupdel',
        'groupmod',
        'gpasswd',
        'passwd',
        'chage',
        'chpasswd',
        'chfn',
        'chsh',
      ],
      ...['doas', 'gdm-password', 'lightdm', 'sddm-helper', 'pam_unix', 'runuser'],
    ],
    files: ['auth.log', 'secure'],
    security: true,
  },
]

function holdings(names: Names): Holding[] {
  const linux = { product: 'linux' } as const
  return [
    ...services.map(({ service, programs, files, security }): Holding => {
      const any: Predicate[] = [is(names.program, ...programs)]
      if (files !== undefined && names.log !== undefined) any.push(is(names.log, ...files))
      if (security === true) any.push(is(names.facility, 'auth', 'authpriv', '4', '10'))
      return { class: { ...linux, service }, where: or(...any) }
    }),
    // Whatever came through syslog, of any program.
    { class: { ...linux, service: 'syslog' } },
  ]
}

/** Lines of syslog taken apart. */
export const syslog: Schema = {
  id: 'syslog',
  title: 'Syslog messages of Linux',
  tables: [
    { name: 'messages', holds: holdings({ program: 'program', facility: 'facility', log: 'log' }), fields: {}, otherwise: ['*'] },
  ],
  recognise: and(exists('program'), exists('message'), exists('log'), not(exists('EventID'))),
  host: ['hostname'],
  user: ['user', 'pam_user'],
  channel: ['program'],
  eventId: ['msgid'],
  render: 'message',
}

/** Entries of the systemd journal, as `journalctl -o json` writes them. */
export const journal: Schema = {
  id: 'journal',
  title: 'systemd journal',
  tables: [
    {
      name: 'entries',
      holds: holdings({ program: 'SYSLOG_IDENTIFIER', facility: 'SYSLOG_FACILITY' }),
      fields: { message: 'MESSAGE', hostname: '_HOSTNAME', program: 'SYSLOG_IDENTIFIER' },
      otherwise: ['*'],
    },
  ],
  recognise: and(exists('__REALTIME_TIMESTAMP'), exists('_BOOT_ID')),
  time: ['__REALTIME_TIMESTAMP', '_SOURCE_REALTIME_TIMESTAMP'],
  host: ['_HOSTNAME'],
  user: ['user', '_UID'],
  channel: ['SYSLOG_IDENTIFIER'],
  eventId: ['MESSAGE_ID'],
  render: 'message',
}
