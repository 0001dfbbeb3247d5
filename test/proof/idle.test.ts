// Members of lists that change nothing: told where it is so, and never of one that an event shows to be needed.

import { describe, expect, it } from 'vitest'
import { questioned } from '../../src/compare.ts'
import type { Predicate } from '../../src/ir/predicate.ts'
import { ruleSources } from '../../src/node/rulefiles.ts'
import { example } from '../../src/proof/decide.ts'
import { idleMembers } from '../../src/proof/idle.ts'
import { readRules } from '../../src/rules/index.ts'
import { dataPresent, dataRoot } from '../acceptance/shared.ts'
import { every, has, is, like, no, side, some, type Test } from './made.ts'

function idleOf(where: Predicate): readonly Test[] {
  const found = example(side(where))
  if (!('event' in found)) throw new Error('the question has no event')
  const { idle, untold } = idleMembers(where, undefined, [found.event])
  expect(untold).toBe(0)
  return idle
}

const plink = has('f', 'plink')
const file = has('f', 'plink.exe')
const other = has('f', 'ssh')

describe('a member that changes nothing', () => {
  it('holds a text that another of its list is a part of', () => {
    expect(idleOf(some(plink, file, other))).toEqual([file])
    expect(idleOf(every(is('g', 'x'), some(other, file, plink)))).toEqual([file])
  })

  it('of conditions that all hold is the one that another asks, too', () => {
    expect(idleOf(every(plink, file))).toEqual([plink])
  })

  it('is one of two that are alike, and not both', () => {
    expect(idleOf(some(plink, has('f', 'PLINK'), other))).toHaveLength(1)
  })

  it('may be needless for what stands elsewhere in the rule', () => {
    const excluded = like('f', 'ssh*')
    // What begins with ssh holds it.
    expect(idleOf(every(is('f', 'putty'), no(some(excluded, like('f', 'put*', false)))))).toContain(excluded)
  })

  it('is not one that some event needs', () => {
    expect(idleOf(some(plink, other, has('g', 'plink.exe')))).toEqual([])
    expect(idleOf(every(plink, other, no(some(has('f', 'x'), has('g', 'y')))))).toEqual([])
    expect(idleOf(every(has('f', ' i '), some(...Array.from({ length: 900 }, (_, at) => has('f', `tool-${at}-end`)))))).toEqual(
      [],
    )
  })

  it('is found in a long list', () => {
    const list = Array.from({ length: 900 }, (_, at) => has('f', `tool-${at}-end`))
    expect(idleOf(some(...list, has('f', 'my tool-7-end')))).toEqual([has('f', 'my tool-7-end')])
  })
})

describe.skipIf(!dataPresent)('SigmaHQ', () => {
  it('has the values that a reader finds needless', async () => {
    const path = `${dataRoot}sigma-rules/rules/windows/process_creation/proc_creation_win_susp_service_tamper.yml`
    const [rule] = readRules(await ruleSources([path], finding => console.warn(finding.message))).value ?? []
    const asked = questioned(rule!)
    if ('beyond' in asked) throw new Error(asked.beyond)
    const found = example(asked.side)
    const texts = idleMembers(asked.side.where, asked.rules, 'event' in found ? [found.event] : []).idle.flatMap(({ match }) =>
      match.kind === 'glob' ? match.glob.filter(part => typeof part === 'string') : [],
    )
    // "VeeamDeploymentService" and "VeeamDeploySvc" stand beside "Veeam".
    expect(texts).toContain('VeeamDeploySvc')
    expect(texts).not.toContain('Veeam')
  })
})
