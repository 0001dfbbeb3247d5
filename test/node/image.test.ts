// Rules whose query is no part of its document as it stands go through an image unchanged: searches that YAML folds, queries with times and lengths of time.

import { describe, expect, it } from 'vitest'
import { readImage, writeImage } from '../../src/node/image.ts'
import { readRules } from '../../src/rules/index.ts'

const sources = [
  {
    name: 'one.kql',
    text: 'DeviceProcessEvents\n| where Timestamp > datetime(2026-01-01)\n| where FileName =~ "plink.exe"\n| where Nonsense == 1\n',
  },
  {
    name: 'two.yml',
    text: [
      'name: Plink',
      'id: 7b2f6a3e-0000-4000-8000-000000000001',
      'version: 1',
      "date: '2026-01-01'",
      'author: A',
      'status: production',
      'type: Hunting',
      'description: Plink.',
      'data_source: []',
      'search: "| tstats count from datamodel=Endpoint.Processes\\n  where Processes.process_name=plink.exe by Processes.dest"',
      'how_to_implement: none',
      'known_false_positives: none',
      'references: []',
      'tags:',
      '  analytic_story: []',
      '  asset_type: Endpoint',
      '  mitre_attack_id: [T1572]',
      '  product: [Splunk Enterprise]',
      '  security_domain: endpoint',
      '',
    ].join('\n'),
  },
]

describe('an image', () => {
  it('gives back queries, their texts and findings', () => {
    const { value: detections, diagnostics: findings } = readRules(sources)
    expect(detections!.map(one => one.written.language)).toEqual(['kql', 'spl'])
    const image = writeImage({ detections: detections!, findings, sources })
    const back = readImage(image!)!
    expect(back.detections.map(one => one.query)).toEqual(detections!.map(one => one.query))
    expect(back.detections.map(one => one.written.query.text)).toEqual(detections!.map(one => one.written.query.text))
    expect(back.detections.map(one => one.written.document.name)).toEqual(['one.kql', 'two.yml'])
    expect(back.findings.map(({ source, ...rest }) => ({ ...rest, source: source?.text }))).toEqual(
      findings.map(({ source, ...rest }) => ({ ...rest, source: source?.text })),
    )
  })

  it('whose texts are no texts is none', () => {
    const { value: detections, diagnostics: findings } = readRules(sources)
    const image = Buffer.from(writeImage({ detections: detections!, findings, sources })!)
    expect(readImage(image)).toBeDefined()
    const at = image.indexOf('"texts":[{"name":')
    expect(at).toBeGreaterThan(0)
    image.write('"nama"', at + '"texts":[{'.length)
    expect(readImage(image)).toBeUndefined()
  })
})
