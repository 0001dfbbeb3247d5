// A matrix of three tactics for tests of pages.

const technique = (id: string, name: string, tactics: readonly string[], children: readonly string[] = [], parent?: string) => ({
  id,
  name,
  ...(parent === undefined ? {} : { parent }),
  children,
  tactics,
  platforms: ['Windows', 'Linux'],
  url: `https://attack.mitre.org/techniques/${id.replace('.', '/')}/`,
  state: 'live' as const,
  components: [],
})

export const allTechniques = [
  technique('T1021', 'Remote Services', ['lateral-movement'], ['T1021.004']),
  technique('T1021.004', 'SSH', ['lateral-movement'], [], 'T1021'),
  technique('T1571', 'Non-Standard Port', ['command-and-control']),
  technique('T1572', 'Protocol Tunneling', ['command-and-control']),
]

export const allTactics = [
  { id: 'TA0008', shortname: 'lateral-movement', name: 'Lateral Movement', order: 0, techniques: ['T1021', 'T1021.004'] },
  { id: 'TA0011', shortname: 'command-and-control', name: 'Command and Control', order: 1, techniques: ['T1571', 'T1572'] },
  { id: 'TA0010', shortname: 'exfiltration', name: 'Exfiltration', order: 2, techniques: [] },
]
