// Watches read back: through JSON, through a shell that leaves the text alone, and through one that does not.

import { describe, expect, it } from 'vitest'
import { convert } from '../../src/convert.ts'
import { compilePredicate } from '../../src/engine/match.ts'
import { and } from '../../src/ir/logic.ts'
import type { Pipeline } from '../../src/ir/pipeline.ts'
import { readRules } from '../../src/rules/index.ts'
import { targetOf } from '../../src/targets.ts'

const asks = (query: Pipeline) =>
  compilePredicate(and(query.stages.flatMap(stage => (stage.kind === 'filter' ? [stage.where] : []))))

const body = (query: string, more: object = {}) => ({
  metadata: { title: 'Plink', tags: ['attack.t1572'], query },
  trigger: { schedule: { interval: '30m' } },
  input: {
    search: {
      request: {
        indices: ['winlogbeat-*'],
        body: {
          query: {
            bool: {
              must: [{ query_string: { query, analyze_wildcard: true } }],
              filter: { range: { '@timestamp': { gte: 'now-35m/m' } } },
            },
          },
        },
      },
    },
  },
  condition: { compare: { 'ctx.payload.hits.total': { not_eq: 0 } } },
  ...more,
})

const query = 'winlog.event_data.Image.keyword:(*\\\\plink.exe OR *\\\\socat.exe)'
const shell = (end: string, json: string) =>
  `curl -s -XPUT -H 'Content-Type: application/json' --data-binary @- localhost:9200/_watcher/watch/c75309a3 <<${end}\n${json}\nEOF\n`

describe('a watch', () => {
  it('holds its query, name and technique', () => {
    const { value, diagnostics } = readRules([{ name: 'w.json', text: JSON.stringify(body(query)) }])
    expect(diagnostics).toEqual([])
    expect(value![0]).toMatchObject({ title: 'Plink', attack: ['T1572'], written: { rules: 'watcher', language: 'lucene' } })
    const ask = asks(value![0]!.query)
    expect(ask({ fields: { 'winlog.event_data.Image.keyword': 'C:\\Tools\\plink.exe' } })).toBe(true)
    expect(ask({ fields: { 'winlog.event_data.Image.keyword': 'C:\\Tools\\xplink.exe' } })).toBe(false)
  })

  it('in a document that the shell leaves alone is the same', () => {
    const { value, diagnostics } = readRules([{ name: 'w.sh', text: shell("'EOF'", JSON.stringify(body(query), null, 2)) }])
    expect(diagnostics).toEqual([])
    expect(value![0]).toMatchObject({ id: 'c75309a3', written: { rules: 'watcher-curl' } })
    expect(asks(value![0]!.query)({ fields: { 'winlog.event_data.Image.keyword': 'C:\\Tools\\plink.exe' } })).toBe(true)
  })

  it('in an unquoted document loses every second back-slash, and with it what a name begins with', () => {
    const { value, diagnostics } = readRules([{ name: 'w.sh', text: shell('EOF', JSON.stringify(body(query), null, 2)) }])
    expect(diagnostics.map(finding => finding.code)).toContain('WAT202')
    const ask = asks(value![0]!.query)
    // `*\plink.exe` is an escaped p: any text that ends so.
    expect(ask({ fields: { 'winlog.event_data.Image.keyword': 'C:\\Tools\\xplink.exe' } })).toBe(true)
  })

  it('what the shell would put in is told', () => {
    const { diagnostics } = readRules([{ name: 'w.sh', text: shell('EOF', JSON.stringify(body('name:$HOME'))) }])
    expect(diagnostics.map(finding => finding.code)).toEqual(['WAT202'])
  })

  it('a condition on how many makes a count', () => {
    const text = JSON.stringify(body(query, { condition: { compare: { 'ctx.payload.hits.total': { gt: 4 } } } }))
    const { value } = readRules([{ name: 'w.json', text }])
    expect(value![0]!.query.stages.at(-1)).toMatchObject({ kind: 'aggregate', window: { size: 1_800_000 } })
  })

  it.each([
    ['{"trigger": {}, "input": {"x": "query_string": 1', 'WAT001'],
    [
      JSON.stringify({ trigger: {}, input: { search: { request: { body: { query: { match_all: {} } } } }, query_string: {} } }),
      'WAT002',
    ],
    [JSON.stringify(body(query, { metadata: { query: 'another' } })), 'WAT201'],
    [JSON.stringify(body(query, { condition: { compare: { 'ctx.payload.took': { gt: 3 } } } })), 'WAT003'],
    [
      JSON.stringify(
        body(query, { actions: { mail: { email: { body: '{{#ctx.payload.hits.hits}}x{{/ctx.payload.hits.hits}}' } } } }),
      ).replace('"query":{"bool"', '"size":0,"query":{"bool"'),
      'WAT203',
    ],
    [JSON.stringify(body(query)).replace('"@timestamp"', '"timestamp"'), 'WAT204'],
    [JSON.stringify(body(query)).replace('now-35m', 'now-30m'), 'WAT205'],
    [JSON.stringify(body(query, { actions: { mail: { throttle_period: '10m', email: {} } } })), 'WAT205'],
  ])('%s', (text, code) => {
    expect(readRules([{ name: 'w.json', text }]).diagnostics.map(finding => finding.code)).toContain(code)
  })

  it('that we write is read back to the same question', () => {
    const rule = `title: Plink\nid: 00000000-0000-4000-8000-00000000000a\nlogsource: {category: process_creation, product: windows}\ndetection:\n  s:\n    CommandLine|contains: ['a {{b}} "c" \\\\d', '443 ']\n  condition: s\n`
    const [detection] = readRules([{ name: 'r.yml', text: rule }]).value!
    for (const document of ['watcher', 'watcher-curl']) {
      const written = convert(detection!, targetOf('xpack-watcher')!, { document })
      const [one] = written.value!.documents
      const { value, diagnostics } = readRules([{ name: one!.name, text: one!.text }])
      expect(diagnostics.filter(finding => finding.severity === 'error')).toEqual([])
      const ask = asks(value![0]!.query)
      const event = (line: string) => ({
        fields: { 'host.os.type': 'windows', 'event.category': 'process', 'event.type': 'start', 'process.command_line': line },
      })
      expect([ask(event('x A {{B}} "C" \\d')), ask(event('port 443 ')), ask(event('x A {{B}} C'))]).toEqual([true, true, false])
    }
  })
})
