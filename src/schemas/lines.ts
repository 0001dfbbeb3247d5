// Plain text under the log sources of applications. A reader says by asking for lines that a file is such a log; which application wrote it, nothing tells, so that the rules of all of them look.

import type { EventClass } from '../ir/pipeline.ts'
import type { Schema } from './schema.ts'

/** Rules on these search for words (https://github.com/SigmaHQ/sigma-specification, appendix taxonomy: "Application"). */
const applications: readonly EventClass[] = [
  ...['django', 'jvm', 'nodejs', 'python', 'ruby_on_rails', 'spring', 'sql', 'velocity'].map(product => ({
    product,
    category: 'application',
  })),
  { category: 'database' },
  { product: 'modsecurity' },
  { service: 'apache' },
  { service: 'nginx' },
  { product: 'fortios', service: 'sslvpnd' },
]

export const lines: Schema = {
  id: 'lines',
  title: 'Lines of text (only when asked for)',
  render: 'message',
  tables: [
    {
      name: 'lines',
      holds: applications.map(held => ({ class: held })),
      fields: {},
      otherwise: ['*'],
    },
  ],
}
