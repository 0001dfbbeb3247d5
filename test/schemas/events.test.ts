// The fields of Windows events as the table has them, beside what real records carry.

import { readFileSync } from 'node:fs'
import { gunzipSync } from 'node:zlib'
import { describe, expect, it } from 'vitest'
import { evtx } from '../../src/logs/evtx.ts'
import { windowsEventOf, windowsEvents } from '../../src/schemas/events.ts'
import { dataPresent, dataRoot } from '../acceptance/shared.ts'

/** What every record has around its event. */
const system =
  /^(?:Provider_|Execution_|Correlation_|Security_UserID$|(?:EventID|Version|Level|Task|Opcode|Keywords|SystemTime|EventRecordID|Channel|Computer|Qualifiers|EventSourceName|EventID_Qualifiers|Binary)$)/

describe('Windows events', () => {
  it('are each listed once, with each field once', () => {
    const places = windowsEvents.map(event => `${event.channel} ${event.id}`)
    expect(new Set(places).size).toBe(places.length)
    for (const { id, fields } of windowsEvents) expect(new Set(fields).size, String(id)).toBe(fields.length)
  })
  // Microsoft's page on event 4688, versions 0 to 2; Sysmon's manifest.
  it('have what their manifests say', () => {
    const created = windowsEventOf('Security', 4688)!
    expect(created.fields).toContain('ParentProcessName')
    expect(created.fields).not.toContain('OriginalFileName')
    expect(windowsEventOf('Microsoft-Windows-Sysmon/Operational', 22)!.fields).toContain('QueryName')
    expect(windowsEventOf('Security', 1)).toBeUndefined()
  })
})

if (!dataPresent) console.warn('SKIPPED: fields of Windows events are not counted in real logs, which are not at hand')

describe.skipIf(!dataPresent)('Windows events in real logs', () => {
  it('carry no field that the table lacks', async () => {
    const manifest = JSON.parse(readFileSync(`${dataRoot}evtx/manifest.json`, 'utf8')) as
      | readonly { readonly path: string }[]
      | { readonly files: readonly { readonly path: string }[] }
    const files = 'files' in manifest ? manifest.files : manifest
    const strange = new Map<string, number>()
    const seen = new Set<string>()
    let records = 0
    for (const { path } of files.filter((_, place) => place % 3 === 0)) {
      const file = readFileSync(`${dataRoot}evtx/${path}`)
      const bytes = path.endsWith('.gz') ? gunzipSync(file) : file
      async function* whole(): AsyncGenerator<Uint8Array> {
        yield bytes
      }
      for await (const batch of evtx.read(whole(), { name: path }, () => undefined))
        for (let at = 0; at < batch.length; at++) {
          const { fields } = batch.at(at)
          const event = windowsEventOf(String(fields.Channel), Number(fields.EventID))
          if (event === undefined) continue
          records++
          seen.add(`${event.channel} ${event.id}`)
          for (const name of Object.keys(fields))
            if (!system.test(name) && !event.fields.includes(name))
              strange.set(`${event.id} ${name}`, (strange.get(`${event.id} ${name}`) ?? 0) + 1)
        }
    }
    expect([...strange]).toEqual([])
    expect(records).toBeGreaterThan(1000)
    expect(seen.size).toBeGreaterThan(30)
  })
})
