// Alerts, rules and papers made by hand for the tests of the reports.

import type { Alert } from '../../src/engine/run.ts'
import type { Detection } from '../../src/ir/detection.ts'
import type { Event } from '../../src/ir/event.ts'
import { describe as describeAlert, type Found } from '../../src/node/report/alert.ts'
import { type Paper, paper } from '../../src/node/report/paper.ts'
import type { HuntSummary } from '../../src/node/report/report.ts'
import { sigma } from '../../src/schemas/sigma.ts'

/** A paper that keeps what is written on it. */
export function sheet(options: { terminal?: boolean; utf8?: boolean; color?: boolean; columns?: number } = {}): {
  on: Paper
  text(): string
} {
  let kept = ''
  const { terminal = false, utf8 = true, color = false, columns } = options
  const on = paper({ write: text => (kept += text), terminal, utf8, color, columns })
  return { on, text: () => kept }
}

/** A rule of our own; parts can be replaced. */
export function rule(parts: Partial<Detection> = {}): Detection {
  const document = { name: 'rules/plink.yml', text: 'title: Plink' }
  return {
    id: '11111111-2222-4333-8444-555555555555',
    title: 'Plink port forward',
    description: 'A forwarded port opens a way through the firewall.',
    level: 'high',
    status: 'test',
    schema: 'sigma',
    attack: ['T1572'],
    authors: [],
    references: ['https://example.org/plink'],
    falsePositives: ['Administrators'],
    tests: [],
    query: {
      from: { kind: 'class', class: { product: 'windows', category: 'process_creation' } },
      stages: [
        {
          kind: 'filter',
          where: {
            kind: 'test',
            subject: { kind: 'field', name: 'CommandLine' },
            match: { kind: 'glob', glob: [{ wild: 'any' }, ' -R ', { wild: 'any' }], fold: true },
          },
        },
      ],
    },
    written: { document, rules: 'sigma', language: 'sigma', query: document },
    rest: { tags: ['attack.t1572', 'attack.command-and-control'] },
    ...parts,
  }
}

/** A Sysmon event of our own; fields can be replaced. */
export function event(fields: Event['fields'] = {}, parts: Partial<Event> = {}): Event {
  return {
    time: Date.UTC(2026, 10, 20, 10, 2, 11, 123),
    ticks: 4567,
    fields: {
      Channel: 'Microsoft-Windows-Sysmon/Operational',
      EventID: 1,
      Computer: 'WS7',
      User: 'CORP\\ann',
      Image: 'C:\\Temp\\plink.exe',
      CommandLine: 'plink.exe -ssh -N -R 33389:localhost:3389 ann@192.0.2.7',
      ...fields,
    },
    origin: { source: 'logs/ws7.evtx', record: 4711n, index: 12 },
    ...parts,
  }
}

/** An alert of a rule on events, as the reports get it. */
export function found(events: readonly Event[] = [event()], detection: Detection = rule(), parts: Partial<Alert> = {}): Found {
  const last = events.at(-1)
  const alert: Alert = {
    detection: detection.id,
    index: 0,
    time: last?.time,
    ticks: last?.ticks,
    events,
    schema: 'sigma',
    row: {},
    ...parts,
  }
  return describeAlert(alert, detection, sigma)
}

/** The account of a small hunt; parts can be replaced. */
export function summary(parts: Partial<HuntSummary> = {}): HuntSummary {
  return {
    rules: 27,
    skipped: [],
    idle: [],
    files: 1,
    unread: [],
    notes: [],
    events: 412_880,
    untimed: 0,
    unknown: 0,
    bytes: 68_000_000,
    milliseconds: 11_400,
    interrupted: false,
    risk: [],
    ...parts,
  }
}
