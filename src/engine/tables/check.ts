// What a stage or value has that the engine cannot run, each by name.

import type { Stage } from '../../ir/pipeline.ts'
import type { Predicate, Scalar } from '../../ir/predicate.ts'
import { skip, type Tree, visit } from '../../ir/walk.ts'
import type { Diagnostic } from '../../text/diagnostic.ts'
import { parseNetwork } from '../address.ts'
import { compileRegex } from '../regex.ts'
import { unknownScalars } from '../scalar.ts'
import type { Rules } from '../specials/signature.ts'

const cannot = (what: string, span: Stage['span']): Diagnostic => ({
  code: 'ENG101',
  severity: 'error',
  message: `cannot run ${what}`,
  span,
})

/** What cannot be run of the questions and values in a stage, those of queries inside left out: they are built by themselves. */
export function unsupported(tree: Tree, rules: Rules | undefined): readonly Diagnostic[] {
  const found: Diagnostic[] = []
  const seen = new Set<string>()
  const tell = (what: string, span: Stage['span']): void => {
    if (seen.has(what)) return
    seen.add(what)
    found.push(cannot(what, span))
  }
  const scalar = (of: Scalar): void => {
    // The parts inside are visited by themselves.
    const shallow = of.kind === 'call' ? { ...of, args: of.args.map((): Scalar => ({ kind: 'raw' })) } : of
    if (shallow.kind === 'call') for (const name of unknownScalars(shallow, { rules })) tell(name, of.span)
  }
  const predicate = (of: Predicate): void => {
    if (of.kind === 'opaque') tell(`"${of.text}"`, of.span)
    if (of.kind !== 'test') return
    const { match } = of
    if (match.kind === 'cidr' && parseNetwork(match.network) === undefined) tell(`the network "${match.network}"`, of.span)
    if (match.kind === 'regex') {
      const compiled = compileRegex(match.pattern, { fold: match.fold, whole: match.whole })
      if (compiled.value === undefined)
        tell(`the regular expression "${match.pattern.slice(0, 80)}": ${compiled.diagnostics[0]?.message ?? ''}`, of.span)
    }
  }
  visit(tree, { pipeline: () => skip, scalar, predicate })
  return found
}
