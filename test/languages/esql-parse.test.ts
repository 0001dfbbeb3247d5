// ES|QL as it is read: commands that ask a cluster, which are understood in full and run nowhere else.

import { describe, expect, it } from 'vitest'
import { esql } from '../../src/languages/esql/index.ts'

const stagesOf = (text: string) => {
  const { value, diagnostics } = esql.parse({ name: 'q', text })
  expect(diagnostics.filter(finding => finding.code !== 'ESQ201')).toEqual([])
  return value!.stages.flatMap(stage => (stage.kind === 'special' ? [{ name: stage.name, args: stage.args }] : []))
}

describe('what a cluster is asked', () => {
  // https://www.elastic.co/docs/reference/query-languages/esql/commands/enrich
  it('ENRICH: the policy, the column it matches, and the fields with their new names', () => {
    expect(stagesOf('FROM t | ENRICH languages_policy')).toEqual([
      { name: 'elastic:enrich', args: { policy: 'languages_policy' } },
    ])
    expect(stagesOf('FROM t | ENRICH _remote:libs-policy ON a.b WITH name = language_name, x')).toEqual([
      {
        name: 'elastic:enrich',
        args: {
          policy: 'libs-policy',
          on: 'a.b',
          names: [
            ['name', 'language_name'],
            ['x', 'x'],
          ],
        },
      },
    ])
  })

  // https://www.elastic.co/docs/reference/query-languages/esql/commands/completion
  it('COMPLETION: the column, the prompt and the model, in the form of today and the one before', () => {
    const field = { kind: 'field', name: 'prompt' }
    expect(stagesOf('FROM t | COMPLETION answer = prompt WITH { "inference_id" : "my_model" }')).toMatchObject([
      { name: 'elastic:completion', args: { column: 'answer', prompt: field, model: 'my_model' } },
    ])
    expect(stagesOf('FROM t | COMPLETION prompt WITH { "inference_id" : "my_model" } | LIMIT 1')).toMatchObject([
      { name: 'elastic:completion', args: { column: 'completion', prompt: field, model: 'my_model' } },
    ])
    expect(stagesOf('FROM t | COMPLETION CONCAT("a", prompt) WITH my_model AS answer')).toMatchObject([
      { name: 'elastic:completion', args: { column: 'answer', model: 'my_model' } },
    ])
  })

  it.each([
    'FROM t | ENRICH',
    'FROM t | ENRICH p ON',
    'FROM t | ENRICH p WITH',
    'FROM t | COMPLETION x',
    'FROM t | COMPLETION x WITH { "a" }',
    'FROM t | COMPLETION x WITH { "a": "b"',
  ])('%s is told', text => {
    const { value, diagnostics } = esql.parse({ name: 'q', text })
    expect(value).toBeUndefined()
    expect(diagnostics.map(finding => finding.severity)).toContain('error')
  })
})
