// The T1572 pack on what sensors beside the hosts write: its Zeek, Suricata and IIS samples, and a public IIS log of a Tunna tunnel.

import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { gunzipSync } from 'fflate'
import { describe, expect, it } from 'vitest'
import { compile } from '../../src/engine/engine.ts'
import type { Seen } from '../../src/engine/run.ts'
import { hunt, isAlert } from '../../src/hunt.ts'
import { readRules } from '../../src/rules/index.ts'
import { schemas } from '../../src/schemas/index.ts'

const pack = fileURLToPath(new URL('../../packs/t1572/', import.meta.url))
const folder = join(pack, 'rules')
const read = readRules(readdirSync(folder).map(name => ({ name, text: readFileSync(join(folder, name), 'utf8') })))
const program = compile(
  read.value!,
  schemas.filter(schema => schema.optIn !== true),
).value!

interface Raised {
  readonly rule: string
  readonly row: Readonly<Record<string, unknown>>
  readonly fields: Readonly<Record<string, unknown>>
  readonly message?: string
}

async function huntOne(name: string, bytes: Uint8Array): Promise<{ alerts: Raised[]; seen: Seen; format: string }> {
  const alerts: Raised[] = []
  let seen: Seen | undefined
  let format = ''
  const source = {
    name,
    async *open() {
      yield bytes
    },
  }
  for await (const found of hunt(program, [source])) {
    if (isAlert(found)) {
      const rule = read.value![found.index]!.name!
      alerts.push({ rule, row: found.row, fields: found.events[0]!.fields, message: found.risk?.message })
    } else if (found.kind === 'unread') throw new Error(found.diagnostic.message)
    else if (found.kind === 'file' && found.format !== undefined) format = found.format.id
    else if (found.kind === 'end') seen = found.seen
  }
  expect(seen).toMatchObject({ unknown: 0, untimed: 0, ungrouped: 0, late: 0 })
  return { alerts, seen: seen!, format }
}

const sample = (name: string): Promise<{ alerts: Raised[]; seen: Seen; format: string }> =>
  huntOne(name, new Uint8Array(readFileSync(join(pack, 'samples', name))))

describe('network samples', () => {
  it('Zeek dns shows the tunnel of the host that asks, and no other', async () => {
    const { alerts, format } = await sample('zeek-dns.log')
    expect(format).toBe('zeek')
    expect(new Set(alerts.map(({ rule, row }) => `${rule} ${row.Computer} ${row.QueryZone}`))).toEqual(
      new Set(['tun_013_dns_traffic 10.1.8.22 example.org']),
    )
    expect(alerts[0]!.message).toContain('10.1.8.22 talks to example.org')
  })

  it('Zeek conn shows the echoes that carry a session', async () => {
    const { alerts } = await sample('zeek-conn.log')
    expect(new Set(alerts.map(({ rule, row }) => `${rule} ${row['source.ip']} ${row['destination.ip']}`))).toEqual(
      new Set(['tun_014_icmp_flow 10.1.30.3 203.0.113.9']),
    )
  })

  it('Suricata shows both, each query counted once', async () => {
    const { alerts, format, seen } = await sample('suricata-eve.json')
    expect(format).toBe('jsonl')
    expect([...seen.schemas.keys()]).toEqual(['suricata'])
    expect(new Set(alerts.map(({ rule, row }) => `${rule} ${row.Computer ?? row['source.ip']}`))).toEqual(
      new Set(['tun_013_dns_traffic 10.1.12.9', 'tun_014_icmp_flow 10.1.12.9']),
    )
  })

  it('IIS shows the page that opens a tunnel and carries it', async () => {
    const { alerts, format } = await sample('iis-u_ex260311.log')
    expect(format).toBe('w3c')
    expect(alerts.map(({ rule }) => rule).sort()).toEqual(['tun_021_web_tunnel_opened', 'tun_021_web_tunnel_traffic'])
    expect(alerts.find(({ rule }) => rule === 'tun_021_web_tunnel_opened')!.message).toBe(
      '198.51.100.7 had /shop/upload/note.aspx open a connection (proxy&port=3389&ip=127.0.0.1)',
    )
  })
})

const tunna = fileURLToPath(new URL('../../../shared/data/weblogs/Tunna_rdp_tunnel_IIS.log.gz', import.meta.url))
const present = existsSync(tunna)
if (!present) console.warn('skipped: the public IIS log of a Tunna tunnel (needs ../shared/data)')

describe('a public IIS log', () => {
  it.skipIf(!present)(
    'has 4,298 requests, three of which open the tunnel and the rest of which carry it (needs ../shared/data)',
    async () => {
      const { alerts, seen } = await huntOne('u_ex190903.log', gunzipSync(new Uint8Array(readFileSync(tunna))))
      expect(seen.events).toBe(4298)
      expect(seen.schemas.get('webserver')).toBe(4298)
      expect(alerts.filter(({ rule }) => rule === 'tun_021_web_tunnel_opened')).toHaveLength(3)
      const traffic = alerts.filter(({ rule }) => rule === 'tun_021_web_tunnel_traffic')
      expect(traffic.length).toBeGreaterThan(0)
      expect(new Set(traffic.map(({ row }) => `${row['c-ip']} ${row['cs-uri-stem']}`))).toEqual(
        new Set(['10.0.2.17 /erp/conn.aspx']),
      )
      expect(new Set(alerts.map(({ rule }) => rule))).toEqual(
        new Set(['tun_021_web_tunnel_opened', 'tun_021_web_tunnel_traffic']),
      )
    },
  )
})
