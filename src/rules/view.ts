// A query as a view of a database: the rule's hits as a table that other queries and boards can use.

import type { Detection } from '../ir/detection.ts'
import type { RuleFormat } from './rules.ts'

/** The longest name of a view in PostgreSQL, in bytes; the others allow more. */
const longest = 63

/** The rule's title as a name that needs no quotes anywhere; its id where the title has nothing of a name. */
function nameOf(detection: Detection): string {
  const plain = (text: string): string =>
    text
      .normalize('NFKD')
      .toLowerCase()
      .replace(/[^a-z0-9]+/g, '_')
      .replace(/^_+|_+$/g, '')
  const name = plain(detection.title) || plain(detection.id) || 'detection'
  return (/^[0-9]/.test(name) ? `rule_${name}` : name).slice(0, longest).replace(/_+$/, '')
}

/** A text on one line, so that a comment ends where it should. */
const oneLine = (text: string): string => text.replace(/[\p{C}\p{Zl}\p{Zp}\s]+/gu, ' ').trim()

/** `CREATE VIEW`, as DuckDB, ClickHouse, SQLite and PostgreSQL have it. Written only. */
export const view: RuleFormat = {
  id: 'view',
  title: 'CREATE VIEW',
  detect: () => 0,
  write(detection, printed) {
    const name = nameOf(detection)
    const lines = [
      `-- ${oneLine(detection.title)}`,
      ...(detection.id === '' ? [] : [`-- ${oneLine(detection.id)}, ${detection.level}`]),
      ...(detection.attack.length === 0 ? [] : [`-- ${oneLine(detection.attack.join(', '))}`]),
      `CREATE VIEW ${name} AS`,
      `${printed.text};`,
      '',
    ]
    return { value: [{ name: `${name}.sql`, text: lines.join('\n') }], diagnostics: [] }
  },
  codes: {},
}
