// Where PowerShell takes events from: the logs and ids that Get-WinEvent itself filters by, and the function that gives the fields of an event.

import type { Predicate } from '../../ir/predicate.ts'
import { literal } from './text.ts'

/** What the event log is asked for, and what is left to ask of each event. */
export interface Source {
  readonly logs: readonly string[]
  readonly ids: readonly string[]
  readonly rest: readonly Predicate[]
}

/** A filter of the event log holds so many conditions (https://learn.microsoft.com/windows/win32/wes/consuming-events: 22 in an XPath expression). */
const mostConditions = 20

/** The conditions that all must hold, one level of `and` after the other. */
function conjuncts(of: Predicate): readonly Predicate[] {
  return of.kind === 'and' ? of.args.flatMap(conjuncts) : [of]
}

/** The values that a condition lets a field have: an equality or alternatives of such; undefined where it asks something else. */
function valuesOf(of: Predicate, name: string): readonly string[] | undefined {
  if (of.kind === 'or') {
    const all = of.args.map(arg => valuesOf(arg, name))
    return all.includes(undefined) ? undefined : all.flatMap(one => one ?? [])
  }
  if (of.kind !== 'test' || of.subject.kind !== 'field' || of.subject.name !== name) return undefined
  if (of.each !== undefined && of.each !== 'any') return undefined
  const { match } = of
  if (match.kind === 'compare' && match.op === '=' && match.to.kind === 'literal') {
    const { value } = match.to
    return typeof value === 'number' || typeof value === 'bigint' ? [String(value)] : undefined
  }
  if (match.kind !== 'glob' || match.glob.length !== 1) return undefined
  const [only] = match.glob
  // The event log itself compares without case, and there wildcards have no escape.
  return typeof only === 'string' && match.fold && /^[ !#-)+->@-Z^-~]+$/.test(only) ? [only] : undefined
}

const isId = (text: string): boolean => /^(?:0|[1-9]\d{0,4})$/.test(text) && Number(text) <= 65_535

/** Parts a question in what the event log filters by and what is asked of each event. The first condition on the channel, and on the id, is the filter's. */
export function sourceOf(where: Predicate): Source {
  const rest: Predicate[] = []
  let logs: readonly string[] | undefined
  let ids: readonly string[] | undefined
  for (const one of conjuncts(where)) {
    const channels = logs === undefined ? valuesOf(one, 'Channel') : undefined
    const numbers = ids === undefined ? valuesOf(one, 'EventID') : undefined
    if (channels !== undefined && channels.length <= mostConditions) logs = [...new Set(channels)]
    else if (numbers !== undefined && numbers.length <= mostConditions && numbers.every(isId)) ids = [...new Set(numbers)]
    else rest.push(one)
  }
  return { logs: logs ?? [], ids: ids ?? [], rest }
}

/** The command that gives the events of a source. Without a log it goes through all that have events: asked for every log at once, Windows refuses more than 256. */
export function getWinEvent({ logs, ids }: Source): string {
  const listed = (of: readonly string[]): string => of.join(', ')
  const filter = (log: string): string =>
    `Get-WinEvent -FilterHashtable @{ LogName = ${log}${ids.length === 0 ? '' : `; Id = ${listed(ids)}`} }`
  if (logs.length > 0) return filter(listed(logs.map(literal)))
  return `Get-WinEvent -ListLog * | Where-Object { $_.RecordCount -gt 0 } | ForEach-Object { ${filter('$_.LogName')} }`
}

/**
 * The fields of an event under Sigma's names: System by element and attribute, data by its name (without one: `Data`), other leaves by
 * their element. A name that is there several times holds a list. Names heed case; a text may hold what XML does not allow.
 */
export const readEvent: readonly string[] = [
  'function Read-Event($record) {',
  '  $settings = [System.Xml.XmlReaderSettings]@{ CheckCharacters = $false }',
  '  $xml = [System.Xml.XmlDocument]@{ PreserveWhitespace = $true }',
  '  $xml.Load([System.Xml.XmlReader]::Create([System.IO.StringReader]::new($record.ToXml()), $settings))',
  '  $fields = [System.Collections.Hashtable]::new()',
  '  $own = @()',
  '  foreach ($part in $xml.SelectNodes(\'/*/*[local-name() != "RenderingInfo"]\')) {',
  "    foreach ($node in $part.SelectNodes('descendant::*')) {",
  '      $name = $node.LocalName',
  '      $pairs = @()',
  "      if ($name -ceq 'Data' -and $part.LocalName -ceq 'EventData') {",
  "        $label = $node.GetAttribute('Name').Replace(' ', '')",
  "        if ($label.Length -eq 0) { $label = 'Data' }",
  '        $pairs += , @($label, $node.InnerText)',
  '      } else {',
  '        foreach ($attribute in $node.Attributes) {',
  "          if ($attribute.Name -cnotlike 'xmlns*') { $pairs += , @(($name + '_' + $attribute.LocalName), $attribute.Value) }",
  '        }',
  "        $leaf = $null -eq $node.SelectSingleNode('*')",
  "        if ($leaf -and ($node.InnerText.Length -gt 0 -or $part.LocalName -cne 'System')) { $pairs += , @($name, $node.InnerText) }",
  '      }',
  '      foreach ($pair in $pairs) {',
  "        $key = if ($pair[0] -ceq 'TimeCreated_SystemTime') { 'SystemTime' } else { $pair[0] }",
  "        if ($part.LocalName -ceq 'System') { $own += $key } elseif ($own -ccontains $key) { $key = 'EventData_' + $key }",
  '        $fields[$key] = if ($fields.ContainsKey($key)) { @($fields[$key]) + $pair[1] } else { $pair[1] }',
  '      }',
  '    }',
  '  }',
  '  return $fields',
  '}',
]
