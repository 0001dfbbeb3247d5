// Network devices under Sigma's log sources: Cisco's own messages, and what Juniper and Huawei devices send through syslog. Facts: "Cisco IOS System Message Format", "Configuration Change Notification and Logging" (`PARSER-5-CFGLOG_LOGGEDCMD` holds a command that was entered), SigmaHQ's rules for cisco, juniper and huawei.

import { contains } from '../ir/glob.ts'
import type { Predicate } from '../ir/predicate.ts'
import { and, is, or } from './ask.ts'
import type { Schema } from './schema.ts'

const says = (...texts: readonly string[]): Predicate =>
  or(
    ...texts.map(
      (text): Predicate => ({
        kind: 'test',
        subject: { kind: 'field', name: 'message' },
        match: { kind: 'glob', glob: contains(text), fold: false },
      }),
    ),
  )

/** Messages that hold what a person entered: the archive of configuration changes, an applet of the event manager, accounting. */
const commands = or(
  and(is('facility', 'PARSER'), is('mnemonic', 'CFGLOG_LOGGEDCMD')),
  and(is('facility', 'HA_EM'), is('mnemonic', 'LOG')),
  is('facility', 'AAA', 'AAAA', 'TAC+', 'SYS_AAA'),
  and(is('facility', 'ASA', 'FTD', 'PIX'), is('mnemonic', '111008', '111009', '111010')),
)

export const cisco: Schema = {
  id: 'cisco',
  title: 'Messages of Cisco devices',
  render: 'message',
  tables: [
    {
      name: 'messages',
      holds: [
        { class: { product: 'cisco', service: 'aaa' }, where: commands },
        { class: { product: 'cisco', service: 'syslog' } },
        { class: { product: 'cisco', service: 'bgp' }, where: says('BGP', 'TCP') },
        { class: { product: 'cisco', service: 'ldp' }, where: says('LDP') },
      ],
      fields: {},
      otherwise: ['*'],
    },
  ],
  host: ['host'],
  channel: ['facility'],
  eventId: ['mnemonic'],
}

/** What other devices write goes through syslog; their words tell them. */
export const networkDevices: Schema = {
  id: 'network-devices',
  title: 'Messages of network devices in syslog',
  beside: 'syslog',
  render: 'message',
  tables: [
    {
      name: 'messages',
      holds: [
        // Junos: the kernel and its routing process.
        { class: { product: 'juniper', service: 'bgp' }, where: or(says('tcp_auth_ok', 'MD5 digest'), is('program', 'rpd')) },
        // VRP: `%%01BGP/3/BGP_AUTH_FAILED(l)`.
        { class: { product: 'huawei', service: 'bgp' }, where: says('%%01BGP/') },
      ],
      fields: {},
      otherwise: ['*'],
    },
  ],
  host: ['hostname'],
  channel: ['program'],
}
