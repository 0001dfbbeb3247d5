// What other frameworks call the work of a tactic: phases of the kill chain, functions of the NIST framework, controls of CIS. Data, and two look-ups.

/** A category, control or phase. */
export interface Category {
  readonly id: string
  readonly name: string
}

/** Lockheed Martin's Cyber Kill Chain: the phase in which the work of a tactic falls, as Splunk's security content maps them. */
export const killChain: Readonly<Record<string, string>> = {
  reconnaissance: 'Reconnaissance',
  'resource-development': 'Weaponization',
  'initial-access': 'Delivery',
  execution: 'Installation',
  persistence: 'Installation',
  'privilege-escalation': 'Exploitation',
  'defense-evasion': 'Exploitation',
  'credential-access': 'Exploitation',
  discovery: 'Exploitation',
  'lateral-movement': 'Exploitation',
  collection: 'Exploitation',
  'command-and-control': 'Command and Control',
  exfiltration: 'Actions on Objectives',
  impact: 'Actions on Objectives',
}

/** Categories of the NIST Cybersecurity Framework 2.0 that detection work falls under, with the subject of each in a few words. */
export const nist: Readonly<Record<'network' | 'host' | 'provider' | 'correlated', Category>> = {
  network: { id: 'DE.CM-01', name: 'networks and network services are monitored' },
  host: { id: 'DE.CM-09', name: 'computing hardware, software and their data are monitored' },
  provider: { id: 'DE.CM-06', name: 'external service providers are monitored' },
  correlated: { id: 'DE.AE-03', name: 'information from several sources is correlated' },
}

const controls = {
  3: 'Data Protection',
  4: 'Secure Configuration of Enterprise Assets and Software',
  5: 'Account Management',
  6: 'Access Control Management',
  8: 'Audit Log Management',
  9: 'Email and Web Browser Protections',
  10: 'Malware Defenses',
  11: 'Data Recovery',
  12: 'Network Infrastructure Management',
  13: 'Network Monitoring and Defense',
} as const

/**
 * CIS Critical Security Controls v8 whose subject is what a tactic attacks. CIS publishes no such table by tactic: this one is ours, from the
 * titles of the controls and the aims of the tactics.
 */
export const cis: Readonly<Record<string, readonly (keyof typeof controls)[]>> = {
  reconnaissance: [13],
  'initial-access': [9, 13],
  execution: [10],
  persistence: [4, 10],
  'privilege-escalation': [5, 6],
  'defense-evasion': [8, 10],
  'credential-access': [5, 6],
  discovery: [13],
  'lateral-movement': [12, 13],
  collection: [3],
  'command-and-control': [13],
  exfiltration: [3, 13],
  impact: [3, 11],
}

/** The kill chain phases of tactics by short name, each once. */
export function killChainOf(tactics: readonly string[]): readonly string[] {
  return [...new Set(tactics.map(tactic => killChain[tactic]).filter(phase => phase !== undefined))]
}

/** The CIS controls of tactics by short name, each once, in their order. */
export function cisOf(tactics: readonly string[]): readonly Category[] {
  const numbers = new Set(tactics.flatMap(tactic => cis[tactic] ?? []))
  return [...numbers].sort((a, b) => a - b).map(number => ({ id: `CIS ${number}`, name: controls[number] }))
}
