// Every page of test/translations is one rule and what it is in other products, typed by hand: what we write must be that, apart from white space.

import { readdirSync, readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { convert } from '../src/convert.ts'
import { readRules } from '../src/rules/index.ts'
import { targetOf } from '../src/targets.ts'

const folder = 'test/translations'

/** White space between words is layout, which the cases of each language hold; none of it matters at brackets. */
function bare(text: string): string {
  return text
    .replace(/\s+/g, ' ')
    .replace(/ ?([()]) ?/g, '$1')
    .trim()
}

for (const name of readdirSync(folder).filter(file => file.endsWith('.md'))) {
  const blocks = [...readFileSync(`${folder}/${name}`, 'utf8').matchAll(/^```(\S+)\n([\s\S]*?)\n```$/gm)]
  const rule = blocks.find(([, info]) => info === 'sigma')
  describe(`${folder}/${name}`, () => {
    it('has a rule and its translations', () => {
      expect(rule).toBeDefined()
      expect(blocks.length).toBeGreaterThan(1)
    })
    for (const [, info = '', text = ''] of blocks.filter(block => block !== rule)) {
      it(info, () => {
        const target = targetOf(info)
        expect(target?.id, `no target "${info}"`).toBe(info)
        const read = readRules([{ name: 'rule.yml', text: rule![2]! }])
        expect(read.diagnostics.filter(finding => finding.severity === 'error')).toEqual([])
        const { value, diagnostics } = convert(read.value![0]!, target!, { document: 'none' })
        expect(diagnostics.filter(finding => finding.severity === 'error')).toEqual([])
        expect(bare(value!.printed.text)).toBe(bare(text))
      })
    }
  })
}

describe('the published KQL of a rule over imProcessCreate', () => {
  // As Microsoft's converter writes it: a parenthesis more, and the parser that a workspace deploys.
  const published =
    'imProcessCreate\n| where (TargetProcessName endswith "\\\\plink.exe" and TargetProcessCommandLine contains ":127.0.0.1:3389") or ((TargetProcessName endswith "\\\\plink.exe" and TargetProcessCommandLine contains ":3389") and (TargetProcessCommandLine contains " -P 443" or TargetProcessCommandLine contains " -P 22"))'
  const text = /```sigma\n([\s\S]*?)\n```/.exec(readFileSync(`${folder}/plink-remote-desktop.md`, 'utf8'))![1]!

  it('is ours, apart from white space, redundant parentheses and the name of the parser', () => {
    const rule = readRules([{ name: 'rule.yml', text }]).value![0]!
    const ours = (id: string) => convert(rule, targetOf(id)!, { document: 'none' }).value!.printed.text
    const flat = (query: string) => bare(query).replace(/[()]/g, ' ').replace(/ +/g, ' ').trim()
    expect(flat(ours('sentinel-asim-workspace'))).toBe(flat(published))
    expect(flat(ours('sentinel-asim')).replace('_Im_ProcessCreate', 'imProcessCreate')).toBe(flat(published))
  })
})
