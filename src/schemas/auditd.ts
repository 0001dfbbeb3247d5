// Linux audit records under their own names, and what the records of one event say together under Sigma's. Facts: the fields that SigmaHQ's rules for auditd ask for, linux/audit.h, the field dictionary of linux-audit.

import { is } from './ask.ts'
import type { Schema } from './schema.ts'

const linux = { product: 'linux' } as const

/** One record an event: `type` and the record's fields (`a0`, `exe`, `name`, `key`, enriched ones in capitals). `category` is set on the record that tells the event's class. */
export const auditd: Schema = {
  id: 'auditd',
  title: 'Linux audit records',
  tables: [
    {
      name: 'records',
      holds: [
        // Sysmon's class 1: execve that went well. Image is SYSCALL's exe, CommandLine the arguments of EXECVE with one blank between them.
        { class: { ...linux, category: 'process_creation' }, where: is('category', 'process_creation') },
        // connect, sendto, sendmsg and accept with an IP address in SOCKADDR.
        { class: { ...linux, category: 'network_connection' }, where: is('category', 'network_connection') },
        // PATH of a file that was created or emptied, and of one that was deleted.
        { class: { ...linux, category: 'file_event' }, where: is('category', 'file_event') },
        { class: { ...linux, category: 'file_delete' }, where: is('category', 'file_delete') },
        // What rules of older collections ask of a SYSCALL record and other records of its event hold.
        {
          class: { ...linux, service: 'auditd' },
          fields: {
            cwd: ['cwd', 'CurrentDirectory'],
            cmdline: ['cmdline', 'CommandLine'],
            syscall: ['SYSCALL', 'syscall'],
            host: ['node'],
          },
        },
      ],
      fields: {},
      otherwise: ['*'],
    },
  ],
  host: ['node'],
  user: ['User', 'UID', 'AUID', 'acct', 'uid'],
  channel: ['type'],
  eventId: ['SYSCALL', 'type'],
  render: 'json',
}
