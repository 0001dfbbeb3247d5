// What a rule says of itself: fields that are missing or have the wrong form (Sigma specification 2.1, JSON schemas of rules, correlations and filters).

import type { MapNode, ScalarNode, YamlNode } from '../rules/sigma.ts'
import { entry } from '../rules/sigma.ts'
import type { Severity } from '../text/diagnostic.ts'
import { suggest } from '../text/suggest.ts'
import { type Report, sigmaCheck, type Written, withoutLine } from './check.ts'

/** Keys that a kind of document should have, how much their absence matters, and what to do. */
const wanted: readonly {
  readonly key: string
  readonly kinds: readonly Written['kind'][]
  readonly severity: Severity
  readonly hint: string
}[] = [
  {
    key: 'id',
    kinds: ['detection', 'correlation', 'filter'],
    severity: 'note',
    hint: 'add a random UUID, so that others can refer to it',
  },
  { key: 'description', kinds: ['detection', 'correlation'], severity: 'note', hint: 'say what it finds and why that matters' },
  { key: 'status', kinds: ['detection'], severity: 'note', hint: 'add "status: experimental"' },
  { key: 'level', kinds: ['detection', 'correlation'], severity: 'note', hint: 'add "level" from informational to critical' },
  { key: 'author', kinds: ['detection'], severity: 'note', hint: 'add "author", so that others know whom to ask' },
  { key: 'date', kinds: ['detection'], severity: 'note', hint: 'add "date: YYYY-MM-DD"' },
  { key: 'falsepositives', kinds: ['detection'], severity: 'note', hint: 'name what else may look like this, or "Unknown"' },
]

const longest: Readonly<Record<string, number>> = { title: 256, name: 256, taxonomy: 256, description: 65_535 }

/** Top-level keys of the specification. Others are allowed; those that nearly are one of these are probably meant to be. */
const topLevel = [
  'title',
  'id',
  'related',
  'name',
  'taxonomy',
  'status',
  'description',
  'license',
  'author',
  'references',
  'date',
  'modified',
  'logsource',
  'detection',
  'correlation',
  'filter',
  'fields',
  'falsepositives',
  'level',
  'tags',
  'scope',
  'generate',
  'tests',
  'risk',
  'action',
]
const relations = ['derived', 'obsolete', 'merged', 'renamed', 'similar']
const uuid = /^[\da-f]{8}-[\da-f]{4}-[\da-f]{4}-[\da-f]{4}-[\da-f]{12}$/i
const tag = /^[a-z0-9_-]+\.[a-z0-9._-]+$/
/** Words that fill `falsepositives` without saying anything. */
const saysNothing = /^(?:none|n\/a|na|no|-|\?|to-?do|tbd|xxx|)$/i

export const metadata = sigmaCheck(
  'metadata',
  {
    LNT201: 'a text is longer than the specification allows',
    LNT202: 'a rule leaves out what its readers need',
    LNT203: 'an id is no UUID',
    LNT204: 'a date is not written YYYY-MM-DD',
    LNT205: 'a rule was modified before it was written',
    LNT206: 'a tag has the wrong form',
    LNT207: 'a related rule is not named properly',
    LNT208: 'false positives that say nothing',
    LNT209: 'a list holds a value twice',
    LNT210: 'a key is nearly one of the specification',
  },
  (written, report) => {
    const { map } = written
    missing(written, report)
    lengths(map, report)
    ids(map, report)
    dates(map, report)
    tags(written, report)
    falsePositives(map, report)
    for (const key of ['tags', 'references', 'falsepositives', 'fields', 'author']) twice(written, key, report)
    for (const { key } of map.entries) {
      if (topLevel.includes(key.text) || key.text.length < 4) continue
      const near = suggest(key.text, topLevel)
      if (near !== undefined && Math.abs(near.length - key.text.length) <= 2 && entry(map, near) === undefined) {
        report('LNT210', 'warning', `"${key.text}" is a key of your own, and nearly "${near}"`, key.span, {
          hint: `did you mean "${near}"?`,
        })
      }
    }
  },
)

function scalarsOf(node: YamlNode | undefined): readonly ScalarNode[] {
  if (node === undefined) return []
  return (node.kind === 'list' ? node.items : [node]).filter((item): item is ScalarNode => item.kind === 'scalar')
}

function missing({ map, kind }: Written, report: Report): void {
  for (const { key, kinds, severity, hint } of wanted) {
    const value = entry(map, key)?.value
    const empty =
      value === undefined ||
      (value.kind === 'scalar' && value.text.trim() === '') ||
      (value.kind === 'list' && value.items.length === 0)
    if (!kinds.includes(kind) || !empty) continue
    const span = value === undefined ? { start: map.span.start, end: map.span.start + 1 } : entry(map, key)!.key.span
    report(
      'LNT202',
      severity,
      value === undefined ? `the ${kind === 'detection' ? 'rule' : kind} has no "${key}"` : `"${key}" is empty`,
      span,
      { hint },
    )
  }
}

function lengths(map: MapNode, report: Report): void {
  for (const [key, most] of Object.entries(longest)) {
    const value = entry(map, key)?.value
    if (value?.kind === 'scalar' && value.text.length > most) {
      report('LNT201', 'warning', `"${key}" has ${value.text.length} characters, more than ${most}`, value.span)
    }
  }
}

function ids(map: MapNode, report: Report): void {
  const id = entry(map, 'id')?.value
  if (id?.kind === 'scalar' && id.text !== '' && !uuid.test(id.text.trim())) {
    report('LNT203', 'warning', `"${id.text}" is no UUID`, id.span, { hint: 'use a random UUID (version 4)' })
  }
  const related = entry(map, 'related')?.value
  if (related === undefined) return
  if (related.kind !== 'list') {
    report('LNT207', 'warning', '"related" is a list of maps with "id" and "type"', related.span)
    return
  }
  for (const item of related.items) {
    const other = item.kind === 'map' ? entry(item, 'id')?.value : undefined
    const type = item.kind === 'map' ? entry(item, 'type')?.value : undefined
    if (other?.kind !== 'scalar' || type?.kind !== 'scalar') {
      report('LNT207', 'warning', 'a related rule has an "id" and a "type"', item.span)
      continue
    }
    if (!uuid.test(other.text.trim())) report('LNT207', 'warning', `"${other.text}" is no UUID`, other.span)
    if (!relations.includes(type.text)) {
      const near = suggest(type.text, relations)
      const hint = near === undefined ? `types are ${relations.join(', ')}` : `did you mean "${near}"?`
      report('LNT207', 'warning', `there is no relation "${type.text}"`, type.span, { hint })
    }
  }
}

/** Whether there is such a day. */
function isDay(text: string): boolean {
  const match = /^(\d{4})-(\d\d)-(\d\d)$/.exec(text)
  if (match === null) return false
  const [year, month, day] = [Number(match[1]), Number(match[2]), Number(match[3])]
  const days = [31, (year % 4 === 0 && year % 100 !== 0) || year % 400 === 0 ? 29 : 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31]
  return month >= 1 && month <= 12 && day >= 1 && day <= days[month - 1]!
}

function dates(map: MapNode, report: Report): void {
  const found: Record<string, ScalarNode> = {}
  for (const key of ['date', 'modified']) {
    const node = entry(map, key)?.value
    if (node?.kind !== 'scalar' || node.text === '') continue
    const text = node.text.trim()
    if (isDay(text)) {
      found[key] = node
      continue
    }
    const parts = /^(\d{4})[/.-](\d{1,2})[/.-](\d{1,2})$/.exec(text)
    const iso = parts === null ? '' : `${parts[1]}-${parts[2]!.padStart(2, '0')}-${parts[3]!.padStart(2, '0')}`
    const fixable = isDay(iso)
    report('LNT204', 'warning', fixable ? `"${text}" is the old form of a date` : `"${text}" is no date`, node.span, {
      hint: fixable ? `write "${iso}"` : 'write YYYY-MM-DD',
      ...(fixable ? { fix: [{ span: node.span, text: iso }] } : {}),
    })
  }
  if (found.date !== undefined && found.modified !== undefined && found.modified.text.trim() < found.date.text.trim()) {
    report(
      'LNT205',
      'warning',
      `the rule was modified on ${found.modified.text}, before it was written on ${found.date.text}`,
      found.modified.span,
      {
        related: [{ message: 'written here', span: found.date.span }],
      },
    )
  }
}

function tags({ map }: Written, report: Report): void {
  const node = entry(map, 'tags')?.value
  if (node === undefined) return
  if (node.kind !== 'list') {
    report('LNT206', 'warning', '"tags" is a list', node.span)
    return
  }
  for (const item of scalarsOf(node)) {
    const text = item.text.trim()
    const plain = item.style === 'plain' ? (fix: string) => ({ fix: [{ span: item.span, text: fix }] }) : () => ({})
    if (!tag.test(text)) {
      const lower = text.toLowerCase()
      const better = tag.test(lower) ? lower : undefined
      const hint = better === undefined ? 'a tag is a name space, a dot and a name: "attack.t1572"' : `write "${better}"`
      report('LNT206', 'warning', `"${text}" has not the form of a tag`, item.span, {
        hint,
        ...(better === undefined ? {} : plain(better)),
      })
    } else if (/^attack\.[a-z]+_[a-z_]+$/.test(text)) {
      const better = text.replaceAll('_', '-')
      report('LNT206', 'note', `"${text}" is the old form of a tactic`, item.span, {
        hint: `write "${better}"`,
        ...plain(better),
      })
    } else if (/^attack\.t\d/.test(text) && !/^attack\.t\d{4}(?:\.\d{3})?$/.test(text)) {
      report('LNT206', 'warning', `"${text}" names no technique`, item.span, {
        hint: 'a technique is "attack.t1572" or "attack.t1021.001"',
      })
    }
  }
}

function falsePositives(map: MapNode, report: Report): void {
  for (const item of scalarsOf(entry(map, 'falsepositives')?.value)) {
    if (item.text.trim().length >= 2 && !saysNothing.test(item.text.trim())) continue
    report('LNT208', 'warning', `"${item.text}" says nothing about false positives`, item.span, {
      hint: 'name them, or write "Unknown"',
    })
  }
}

function twice(written: Written, key: string, report: Report): void {
  const node = entry(written.map, key)?.value
  if (node?.kind !== 'list') return
  const seen = new Map<string, ScalarNode>()
  for (const item of scalarsOf(node)) {
    const first = seen.get(item.text.trim())
    if (first === undefined) seen.set(item.text.trim(), item)
    else {
      report('LNT209', 'warning', `"${item.text}" is in "${key}" twice`, item.span, {
        related: [{ message: 'first here', span: first.span }],
        ...withoutLine(written, item),
      })
    }
  }
}
