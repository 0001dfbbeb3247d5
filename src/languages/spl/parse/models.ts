// Names of datasets: which one a search over a data model reads. Facts: the data models of the add-on for the Common Information Model.

/** The first dataset of each model, which a search without another names. Endpoint has several, told apart by their fields. */
const roots: Readonly<Record<string, string>> = {
  Alerts: 'Alerts',
  Authentication: 'Authentication',
  Certificates: 'All_Certificates',
  Change: 'All_Changes',
  Change_Analysis: 'All_Changes',
  DLP: 'DLP_Incidents',
  Email: 'All_Email',
  Intrusion_Detection: 'IDS_Attacks',
  Malware: 'Malware_Attacks',
  Network_Resolution: 'DNS',
  Network_Sessions: 'All_Sessions',
  Network_Traffic: 'All_Traffic',
  Risk: 'All_Risk',
  UEBA: 'All_UEBA_Events',
  Updates: 'Updates',
  Vulnerabilities: 'Vulnerabilities',
  Web: 'Web',
}

/** `Model.Dataset` for what a search names, with the fields it reads to tell the datasets of a model apart. */
export function datasetOf(model: string, node: string | undefined, fields: Iterable<string>): string {
  const [name = '', ...path] = model.split('.')
  if (path.length > 0) return model
  if (node !== undefined && node !== '') return `${name}.${node.split('.').at(-1)}`
  const prefixes = new Set<string>()
  for (const field of fields) if (field.includes('.')) prefixes.add(field.slice(0, field.indexOf('.')))
  const root = Object.hasOwn(roots, name) ? roots[name]! : undefined
  if (root !== undefined && (prefixes.size === 0 || prefixes.has(root))) return `${name}.${root}`
  const [only] = prefixes
  return prefixes.size === 1 ? `${name}.${only}` : `${name}.${root ?? name}`
}

/** The name before a field of a dataset. */
export const prefixOf = (dataset: string): string => dataset.slice(dataset.lastIndexOf('.') + 1)
