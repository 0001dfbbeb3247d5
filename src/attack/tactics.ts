// The tactics of MITRE ATT&CK Enterprise in the order of the matrix, and the version that all facts of this folder are of. © 2025 The MITRE Corporation. This work is reproduced and distributed with the permission of The MITRE Corporation.

/** The version of ATT&CK whose facts these are. */
export const attackVersion = '18.1'

/** What MITRE's terms ask to be shown beside them. */
export const attackAttribution =
  '© 2025 The MITRE Corporation. This work is reproduced and distributed with the permission of The MITRE Corporation.'

export interface Tactic {
  readonly id: string
  readonly shortname: string
  readonly name: string
}

export const tactics: readonly Tactic[] = [
  { id: 'TA0043', shortname: 'reconnaissance', name: 'Reconnaissance' },
  { id: 'TA0042', shortname: 'resource-development', name: 'Resource Development' },
  { id: 'TA0001', shortname: 'initial-access', name: 'Initial Access' },
  { id: 'TA0002', shortname: 'execution', name: 'Execution' },
  { id: 'TA0003', shortname: 'persistence', name: 'Persistence' },
  { id: 'TA0004', shortname: 'privilege-escalation', name: 'Privilege Escalation' },
  { id: 'TA0005', shortname: 'defense-evasion', name: 'Defense Evasion' },
  { id: 'TA0006', shortname: 'credential-access', name: 'Credential Access' },
  { id: 'TA0007', shortname: 'discovery', name: 'Discovery' },
  { id: 'TA0008', shortname: 'lateral-movement', name: 'Lateral Movement' },
  { id: 'TA0009', shortname: 'collection', name: 'Collection' },
  { id: 'TA0011', shortname: 'command-and-control', name: 'Command and Control' },
  { id: 'TA0010', shortname: 'exfiltration', name: 'Exfiltration' },
  { id: 'TA0040', shortname: 'impact', name: 'Impact' },
]

/** A tactic by its id or short name, in any case, with hyphens or underscores; undefined when there is none. */
export function tacticOf(name: string): Tactic | undefined {
  const wanted = name.toLowerCase().replaceAll('_', '-')
  return tactics.find(tactic => tactic.shortname === wanted || tactic.id.toLowerCase() === wanted)
}
