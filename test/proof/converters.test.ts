// What other converters are known to write wrong, by the manual of each defect: the judge finds every one, with an event.

import { describe, expect, it } from 'vitest'
import type { Detection } from '../../src/ir/detection.ts'
import { prove } from '../../src/prove.ts'
import { readRules } from '../../src/rules/index.ts'
import { targetOf } from '../../src/targets.ts'

/** A rule about process creation by what its detection says. */
function rule(detection: string): Detection {
  const text = [
    'title: A rule',
    'id: 0f3b1f0e-7d0e-4a52-8d39-51c1c9c6b7aa',
    'status: test',
    'logsource: { category: process_creation, product: windows }',
    'detection:',
    ...detection.split('\n').map(line => `  ${line}`),
    'level: low',
  ].join('\n')
  return readRules([{ name: 'rule.yml', text }]).value![0]!
}

const plink = rule("selection: { Image|endswith: '\\plink.exe' }\ncondition: selection")
const pattern = rule("selection: { CommandLine|re: 'plink.*3389' }\ncondition: selection")
const anchored = rule("selection: { CommandLine|re: '^plink' }\ncondition: selection")
const caseless = rule("selection: { CommandLine|re|i: 'plink' }\ncondition: selection")
const cased = rule("selection: { CommandLine|contains|cased: ' -L ' }\ncondition: selection")
const both = rule("selection: { CommandLine|contains|all: ['plink', '3389'] }\ncondition: selection")
const either = rule(
  "name: { Image|endswith: '\\plink.exe' }\nfile: { OriginalFileName: Plink }\nremote: { CommandLine|contains: ' -R ' }\ncondition: (name or file) and remote",
)
const process = 'host.os.type:"windows" AND event.category:"process" AND event.type:"start"'
const processes =
  'FROM logs-*, winlogbeat-* | WHERE host.os.type == "windows" AND event.category : "process" AND event.type : "start" AND'
const created = 'DeviceProcessEvents | where ActionType == "ProcessCreated" and'

interface Defect {
  readonly name: string
  readonly rule: Detection
  readonly target: string
  readonly query: string
  /** What the rule says of the event that is found; the query says the opposite. Undefined: either way. */
  readonly original?: boolean
}

const defects: readonly Defect[] = [
  {
    name: 'an expression of Lucene without .* around it must be the whole value',
    rule: pattern,
    target: 'elastic-lucene',
    query: `${process} AND process.command_line:/plink.*3389/`,
  },
  {
    name: 'the anchors of other dialects are letters to Lucene',
    rule: anchored,
    target: 'elastic-lucene',
    query: `${process} AND process.command_line:/^plink.*/`,
    original: true,
  },
  {
    name: 'flags in the expression are text to Lucene',
    rule: caseless,
    target: 'elastic-lucene',
    query: `${process} AND process.command_line:/(?i).*plink.*/`,
    original: true,
  },
  {
    name: 'wildcards of Lucene over keywords heed case',
    rule: plink,
    target: 'elastic-lucene',
    query: `${process} AND process.executable:*\\\\plink.exe`,
    original: true,
  },
  {
    name: 'LIKE of ES|QL heeds case',
    rule: plink,
    target: 'elastic-esql',
    query: `${processes} process.executable LIKE "*\\\\\\\\plink.exe"`,
    original: true,
  },
  {
    name: 'ENDS_WITH of ES|QL heeds case',
    rule: plink,
    target: 'elastic-esql',
    query: `${processes} ENDS_WITH(process.executable, "\\\\plink.exe")`,
    original: true,
  },
  {
    name: 'an equality of EQL takes no stars',
    rule: cased,
    target: 'elastic-eql',
    query: 'process where host.os.type == "windows" and event.type == "start" and process.command_line == "* -L *"',
  },
  {
    name: 'a colon of EQL does not heed case',
    rule: cased,
    target: 'elastic-eql',
    query: 'process where host.os.type == "windows" and event.type == "start" and process.command_line : "* -L *"',
    original: false,
  },
  {
    name: 'has_all asks for terms, a rule for parts',
    rule: both,
    target: 'defender',
    query: `${created} ProcessCommandLine has_all ("plink", "3389")`,
    original: true,
  },
  {
    name: 'has asks for a term',
    rule: plink,
    target: 'defender',
    query: `${created} FolderPath has "plink.exe"`,
    original: false,
  },
  {
    name: 'and binds tighter than or in a where of SPL',
    rule: either,
    target: 'splunk-cim',
    query:
      '| tstats count from datamodel=Endpoint.Processes by Processes.process_path Processes.original_file_name Processes.process | where like(lower(\'Processes.process_path\'), "%\\\\plink.exe") OR lower(\'Processes.original_file_name\')="plink" AND like(lower(\'Processes.process\'), "% -r %")',
    original: false,
  },
  {
    name: 'a search that lost its log source',
    rule: plink,
    target: 'splunk',
    query: 'Image="*\\\\plink.exe"',
    original: false,
  },
  {
    name: 'a field that the table does not have',
    rule: plink,
    target: 'elastic-lucene',
    query: `${process} AND process.executable.keyword:/.*\\\\[pP][lL][iI][nN][kK]\\.[eE][xX][eE]/`,
  },
  {
    name: 'an escape lost on the way through two languages',
    rule: plink,
    target: 'elastic-lucene',
    query: `${process} AND process.executable:/.*[pP][lL][iI][nN][kK]\\.[eE][xX][eE]/`,
    original: false,
  },
]

describe('what other converters write', () => {
  it.each(defects)('$name', ({ rule: detection, target, query, original }) => {
    const proof = prove(detection, targetOf(target)!, { query: { name: 'theirs', text: query } })
    expect(proof.verdict, JSON.stringify(proof)).toBe('differs')
    if (proof.verdict !== 'differs') return
    if (original !== undefined) expect(proof.counterexample.original).toBe(original)
    expect(proof.counterexample.translated).toBe(!proof.counterexample.original)
    expect(proof.counterexample.events).toHaveLength(1)
  })
})

describe('stores that keep texts in their own way', () => {
  const quoted = (target: string) =>
    prove(
      readRules([
        {
          name: 'rule.yml',
          text: 'title: A word\nid: 0f3b1f0e-7d0e-4a52-8d39-51c1c9c6b7ab\nstatus: test\nlogsource: { product: windows, service: system }\ndetection:\n  keywords: [\'"unsafe"<\\\']\n  condition: keywords\nlevel: low\n',
        },
      ]).value![0]!,
      targetOf(target)!,
    )

  it.each(['splunk', 'sumo'])('a quotation mark in the text of an event: %s', target => {
    expect(quoted(target).verdict).toBe('equivalent')
    expect(quoted(target).given.join()).toMatch(/XML|JSON/)
  })

  it('null, absent and empty are one for Kusto, and it is said', () => {
    const proof = prove(
      rule(
        'selection: { CommandLine|contains: tunnel }\nnobody: { OriginalFileName: null }\ncondition: selection and not nobody',
      ),
      targetOf('defender')!,
    )
    expect(proof.verdict).toBe('equivalent')
    expect(proof.given.join()).toContain('ProcessVersionInfoOriginalFileName')
  })

  it.each(['grep', 'grep-text'])('a command over lines is decided as its line is read: %s', target => {
    const proof = prove(plink, targetOf(target)!)
    expect(proof.verdict).toBe('equivalent')
    expect(proof.given.join()).toContain('an event is a line of')
    const edited = { name: 'q', text: proof.query!.replace('(?i:', '(?:') }
    expect(prove(plink, targetOf(target)!, { query: edited }).verdict).toBe('differs')
  })
})
