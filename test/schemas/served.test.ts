// Every log source is served, or is listed with the reason why not.

import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { parseAllDocuments } from 'yaml'
import type { EventClass } from '../../src/ir/pipeline.ts'
import { servedBy, unserved, whyUnserved } from '../../src/schemas/served.ts'

const root = '../shared/data/sigma-rules'
const present = existsSync(root)
if (!present) console.warn('skipped: the log sources of SigmaHQ (needs ../shared/data)')

const ids = (wanted: EventClass): readonly string[] => servedBy(wanted).map(schema => schema.id)

describe('log sources', () => {
  it('know who serves them', () => {
    expect(ids({ product: 'aws', service: 'cloudtrail' })).toContain('cloudtrail')
    expect(ids({ product: 'AWS', service: 'CloudTrail' })).toContain('cloudtrail')
    expect(ids({ product: 'azure', service: 'pim' })).toEqual(['azure'])
    expect(ids({ product: 'jvm', category: 'application' })).toEqual(['lines'])
    expect(ids({ product: 'macos', category: 'process_creation' })).toContain('eslogger')
    expect(ids({ category: 'antivirus' })).toEqual(['antivirus-sigma', 'antivirus-winlogbeat', 'antivirus-mde'])
    expect(ids({ product: 'cisco', service: 'aaa' })).toEqual(['cisco'])
    // Used only when asked for by name.
    expect(ids({ product: 'windows', category: 'process_creation' })).not.toContain('security-full')
  })

  it('know why they are not served', () => {
    expect(ids({ product: 'qualys' })).toEqual([])
    expect(whyUnserved({ product: 'qualys' })).toContain('host.scan.vuln')
    expect(whyUnserved({ product: 'qualys', service: 'vmdr' })).toContain('host.scan.vuln')
    expect(whyUnserved({ product: 'paloalto', category: 'file_event', service: 'globalprotect' })).toContain('appliance')
    expect(whyUnserved({ product: 'paloalto', category: 'file_event' })).toBeUndefined()
    expect(whyUnserved({ product: 'aws', service: 'cloudtrail' })).toBeUndefined()
    expect(whyUnserved({ product: 'of my own' })).toBeUndefined()
  })

  it('are not listed as unserved when they are served', () => {
    expect(unserved.filter(one => servedBy(one.class).length > 0)).toEqual([])
  })
})

describe('SigmaHQ', () => {
  it.skipIf(!present)(
    'has no log source that is neither served nor listed (needs ../shared/data)',
    () => {
      const found = new Map<string, { readonly class: EventClass; rules: number }>()
      for (const entry of readdirSync(root, { recursive: true, withFileTypes: true })) {
        if (!entry.isFile() || !entry.name.endsWith('.yml')) continue
        for (const document of parseAllDocuments(readFileSync(join(entry.parentPath, entry.name), 'utf8'))) {
          const source = document.get('logsource') as { toJSON(): Record<string, string> } | undefined
          if (source === undefined || source === null) continue
          const { product, category, service } = source.toJSON()
          const own: EventClass = {
            ...(product ? { product } : {}),
            ...(category ? { category } : {}),
            ...(service ? { service } : {}),
          }
          const key = JSON.stringify(own)
          const seen = found.get(key) ?? { class: own, rules: 0 }
          seen.rules++
          found.set(key, seen)
        }
      }
      expect(found.size).toBeGreaterThan(140)
      const all = [...found.values()]
      const out = all.filter(one => servedBy(one.class).length === 0)
      expect(out.filter(one => whyUnserved(one.class) === undefined)).toEqual([])
      // Every entry of the table is of use.
      expect(unserved.filter(one => !out.some(other => JSON.stringify(other.class) === JSON.stringify(one.class)))).toEqual([])
      expect(out.reduce((sum, one) => sum + one.rules, 0)).toBe(5)
    },
    60_000,
  )
})
