// ATT&CK of a stated version as facts, for checks and pages.

export {
  attackTechniqueOf,
  currentTechnique,
  type Focus,
  focusOf,
  type Named,
  type Strategy,
  type Technique,
  techniques,
} from './attack.ts'
export { cis, cisOf, killChain, killChainOf, nist } from './frameworks.ts'
export { attackAttribution, attackVersion, type Tactic, tacticOf, tactics } from './tactics.ts'
