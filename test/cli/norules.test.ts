// What is said when no rule could be read: which file, and what to do about it, by what was wrong.

import { describe, expect, it } from 'vitest'
import { terrier } from './run.ts'

const said = async (...args: string[]) => {
  const { code, err } = await terrier(args)
  expect(err).toContain('error[CLI013]')
  return { code, err }
}

describe('no rule could be read', () => {
  it('from a name that is mistyped: the neighbour that is meant', async () => {
    for (const args of [
      ['test', 'test/cli/samples/rules/shel.yml'],
      ['prove', 'test/cli/samples/rules/shel.yml', '-t', 'splunk'],
      ['convert', 'test/cli/samples/rules/shel.yml', '-t', 'splunk'],
      ['hunt', 'test/cli/samples/logs', '-r', 'test/cli/samples/rules/shel.yml'],
      ['explain', 'test/cli/samples/rules/shel.yml'],
      ['compare', 'test/cli/samples/rules/shel.yml', 'test/cli/samples/rules/burst.yml'],
    ]) {
      const { code, err } = await said(...args)
      expect(code, args.join(' ')).toBe(3)
      expect(err).toContain('error[CLI013]: no rule could be read from "test/cli/samples/rules/shel.yml"')
      expect(err).toMatch(/hint: did you mean "test[\\/]cli[\\/]samples[\\/]rules[\\/]shell\.yml"\?/)
    }
    expect((await said('test', 'no/such/rules')).err).toContain('hint: check the names')
  })

  it('from a file that is broken: what was wrong with it, and how to see all of it', async () => {
    const broken = 'test/cli/samples/broken/syntax.yml'
    const { code, err } = await said('prove', broken, '-t', 'splunk')
    expect(code).toBe(3)
    // The list that is not closed is shown where it begins.
    expect(err).toContain(`${broken}:7:22`)
    expect(err).toContain(`hint: mend what is shown above; terrier lint shows all of it: terrier lint ${broken}`)
  })

  it('is not said of rules that --rule passes over', async () => {
    const { code, err } = await terrier(['prove', 'test/cli/samples/rules', '-t', 'splunk', '--rule', 'none of that name'])
    expect(code).toBe(2)
    expect(err).toContain('CLI017')
    expect(err).not.toContain('CLI013')
  })
})
