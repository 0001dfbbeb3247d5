// The tables of src/attack are what this makes of MITRE's facts: `TERRIER_RECORD=1 npx vitest run test/attack/facts.test.ts` rewrites them. And what the facts say of a few techniques, typed from attack.mitre.org.

import { readFileSync, writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'
import {
  attackTechniqueOf,
  attackVersion,
  currentTechnique,
  focusOf,
  tacticOf,
  tactics,
  techniques,
} from '../../src/attack/index.ts'
import { dataPresent, dataRoot } from '../acceptance/shared.ts'

interface Written {
  readonly version: string
  readonly attribution: string
  readonly tactics: readonly { readonly id: string; readonly shortname: string; readonly name: string; readonly order: number }[]
  readonly techniques: readonly {
    readonly id: string
    readonly name: string
    readonly tactics: readonly string[]
    readonly platforms: readonly string[]
    readonly parent: string | null
    readonly data_components: readonly string[]
    readonly detection_strategies: readonly string[]
    readonly revoked?: boolean
    readonly revoked_by?: string
    readonly deprecated?: boolean
  }[]
  readonly mitigations: readonly { readonly id: string; readonly name: string; readonly techniques: readonly string[] }[]
  readonly focus: readonly {
    readonly technique: string
    readonly groups: readonly { readonly id: string; readonly name: string }[]
    readonly software: readonly { readonly id: string; readonly name: string; readonly kind: string }[]
    readonly campaigns: readonly { readonly id: string; readonly name: string }[]
    readonly detection_strategies: readonly {
      readonly id: string
      readonly name: string
      readonly analytics: readonly {
        readonly id: string
        readonly platforms: readonly string[]
        readonly log_sources: readonly (readonly [string, string, string])[]
      }[]
    }[]
  }[]
}

const table = (name: string, comment: string, type: string, text: string): string =>
  `// ${comment}\n\n/** ${type} */\nexport const ${name} = String.raw\`\n${text.replace(/[`\\]|\$\{/g, '')}\n\`\n`

const licence = (from: Written): string =>
  `Facts of MITRE ATT&CK Enterprise ${from.version}, data only, made by test/attack/facts.test.ts. ${from.attribution}`

/** A cell holds no bar, comma or semicolon of its own. */
function cell(text: string): string {
  if (/[|;\n]/.test(text)) throw new Error(`a cell has a separator: ${text}`)
  return text
}

function many(texts: readonly string[]): string {
  for (const text of texts) if (text.includes(',')) throw new Error(`a list has a comma: ${text}`)
  return texts.map(cell).join(',')
}

function made(from: Written): Readonly<Record<string, string>> {
  const rows = from.techniques.map(one => {
    const state = one.revoked ? `revoked ${one.revoked_by ?? ''}`.trim() : one.deprecated ? 'deprecated' : ''
    return [
      one.id,
      cell(one.name),
      many(one.tactics),
      many(one.platforms),
      many(one.data_components),
      many(one.detection_strategies),
      state,
    ].join('|')
  })
  const relations: string[] = []
  for (const one of from.focus) {
    relations.push(one.technique)
    for (const { id, name } of one.groups) relations.push(`  group|${id}|${cell(name)}`)
    for (const { id, name, kind } of one.software) relations.push(`  ${kind}|${id}|${cell(name)}`)
    for (const { id, name } of one.campaigns) relations.push(`  campaign|${id}|${cell(name)}`)
    for (const strategy of one.detection_strategies) {
      relations.push(`  strategy|${strategy.id}|${cell(strategy.name)}`)
      for (const analytic of strategy.analytics) {
        relations.push(`    ${analytic.id}|${many(analytic.platforms)}`)
        for (const [component, source, channel] of analytic.log_sources)
          relations.push(`      ${cell(component)}|${cell(source)}|${channel.replace(/[|\s]+/g, ' ').trim()}`)
      }
    }
  }
  const text = licence(from)
  return {
    'techniques.ts': table(
      'techniqueRows',
      text,
      'A technique a line: id, name, tactics, platforms, data components, detection strategies, and whether it is revoked (with what has taken its place) or deprecated.',
      rows.join('\n'),
    ),
    'mitigations.ts': table(
      'mitigationRows',
      text,
      'A mitigation a line: id, name, techniques.',
      from.mitigations.map(one => `${one.id}|${cell(one.name)}|${many(one.techniques)}`).join('\n'),
    ),
    'relations.ts': table(
      'relationRows',
      text,
      'Techniques of tunnelling and their neighbours, and below each: groups, malware and tools, campaigns, detection strategies with their analytics and log sources.',
      relations.join('\n'),
    ),
  }
}

if (!dataPresent) console.warn('SKIPPED: the tables of src/attack are not compared with MITRE’s facts, which are not at hand')

describe.skipIf(!dataPresent)('the tables of ATT&CK', () => {
  const from = JSON.parse(readFileSync(`${dataRoot}attack/enterprise-attack.json`, 'utf8')) as Written
  for (const [name, text] of Object.entries(dataPresent ? made(from) : {})) {
    const path = fileURLToPath(new URL(`../../src/attack/${name}`, import.meta.url))
    it(`${name} is what is made of the facts`, () => {
      if (process.env.TERRIER_RECORD === '1') writeFileSync(path, text)
      expect(readFileSync(path, 'utf8')).toBe(text)
    })
  }
  it('says of which version it is, and has every tactic in its order', () => {
    expect(attackVersion).toBe(from.version)
    expect(tactics).toEqual(from.tactics.map(({ id, shortname, name }) => ({ id, shortname, name })))
  })
})

// Typed from https://attack.mitre.org (v18): /techniques/T1572, T1021/004, T1043, T1086, T1562/001 and /tactics/enterprise.
describe('ATT&CK', () => {
  it('has the techniques with their names, tactics and platforms', () => {
    const tunnelling = attackTechniqueOf('T1572')!
    expect(tunnelling.name).toBe('Protocol Tunneling')
    expect(tunnelling.tactics).toEqual(['command-and-control'])
    expect(tunnelling.platforms).toEqual(['ESXi', 'Linux', 'macOS', 'Windows'])
    expect(tunnelling.strategies).toEqual(['DET0538'])
    expect(tunnelling.mitigations.map(one => one.id)).toEqual(['M1031', 'M1037'])
    const ssh = attackTechniqueOf('t1021.004')!
    expect([ssh.name, ssh.parent, ssh.tactics]).toEqual(['SSH', 'T1021', ['lateral-movement']])
    expect(attackTechniqueOf('T1021')!.children).toContain('T1021.004')
    expect(tacticOf('command-and-control')).toEqual({
      id: 'TA0011',
      shortname: 'command-and-control',
      name: 'Command and Control',
    })
    expect(tactics).toHaveLength(14)
    expect(techniques.filter(one => one.state === 'live' && one.parent === undefined)).toHaveLength(216)
    expect(techniques.filter(one => one.state === 'live' && one.parent !== undefined)).toHaveLength(475)
  })
  it('knows retired ids and what has taken their place', () => {
    expect(attackTechniqueOf('T1043')!.state).toBe('deprecated')
    expect(currentTechnique('T1043')).toBeUndefined()
    expect(attackTechniqueOf('T1086')!.state).toBe('revoked')
    expect(currentTechnique('T1086')!.id).toBe('T1059.001')
    expect(currentTechnique('T1572')!.id).toBe('T1572')
    expect(attackTechniqueOf('T9999')).toBeUndefined()
    expect(currentTechnique('T9999')).toBeUndefined()
  })
  it('knows for tunnelling who does it, with what, and how it is seen', () => {
    const focus = focusOf('T1572')!
    expect(focus.groups.map(one => one.name)).toContain('OilRig')
    expect(focus.software.find(one => one.name === 'ngrok')).toEqual({ id: 'S0508', name: 'ngrok', kind: 'tool' })
    expect(focus.campaigns.map(one => one.id)).toContain('C0004')
    const windows = focus.strategies[0]!.analytics.find(one => one.platforms.includes('Windows'))!
    expect(windows.id).toBe('AN1483')
    expect(windows.sources).toContainEqual({
      component: 'Process Creation',
      source: 'WinEventLog:Sysmon',
      channel: 'EventCode=1',
    })
    expect(focusOf('T1003')).toBeUndefined()
  })
})
