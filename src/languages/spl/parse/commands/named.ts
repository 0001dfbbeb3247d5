// Commands that are known by name: side effects, which are recorded and never done, and those that need what is not here.

import { type Command, special } from '../building.ts'
import { fieldName, isTrue, options } from '../names.ts'

/** `outputlookup [options] name`: what would be written is recorded, and the rows go on. */
export const outputlookup: Command = (scanner, building) => {
  const known = [
    'append',
    'create_empty',
    'override_if_empty',
    'max',
    'key_field',
    'allow_updates',
    'createinapp',
    'output_format',
    'update',
    'create_context',
  ]
  const given = new Map(options(scanner, known))
  const name = scanner.failed ? undefined : fieldName(scanner, 'as')
  for (const [key, found] of options(scanner, known)) given.set(key, found)
  if (scanner.failed) return
  if (name === undefined) {
    scanner.fail('SPL004', '"outputlookup" needs the name of a table', scanner.start, scanner.end, 'write outputlookup name')
    return
  }
  special(building, 'outputlookup', { target: name.text, append: isTrue(given.get('append')) })
}

/** `collect index=… [options]`: as `outputlookup`. */
export const collect: Command = (scanner, building) => {
  const found = /index\s*=\s*"?([^\s"|]+)/i.exec(scanner.text.slice(scanner.at))
  scanner.at = scanner.end
  special(building, 'collect', { target: found?.[1] ?? 'summary' })
}

/** Alerts, mails, files: recorded. */
const effect =
  (kind: string): Command =>
  (scanner, building) => {
    const target = scanner.match(/[^\s|]+/y)?.[0] ?? ''
    scanner.at = scanner.end
    special(building, kind, { target })
  }

/** What only changes how a result looks. */
const shown =
  (command: string): Command =>
  (scanner, building) => {
    const text = scanner.text.slice(scanner.at).trim()
    scanner.at = scanner.end
    special(building, 'shown', { command, text })
  }

/** What is understood as far as its name, and cannot run: it needs what only a product has. */
const beyond =
  (command: string, needs: string): Command =>
  (scanner, building) => {
    const text = scanner.text.slice(scanner.at).trim()
    scanner.reading.report(
      'SPL114',
      'warning',
      `"${command}" cannot run here: it needs ${needs}`,
      scanner.start,
      scanner.end,
      'the search is read, and left out of what runs',
    )
    scanner.at = scanner.end
    special(building, command, { text })
  }

const learning = 'the machine learning of Splunk'
const metrics = "Splunk's metrics store"
const service = "Splunk's own server"
const geography = 'a database of addresses and places'
const third = 'a third-party command'

/** Effects and looks. */
export const quiet: Readonly<Record<string, Command>> = {
  sendalert: effect('sendalert'),
  sendemail: effect('sendemail'),
  outputcsv: effect('outputcsv'),
  fieldformat: shown('fieldformat'),
  highlight: shown('highlight'),
  abstract: shown('abstract'),
  iconify: shown('iconify'),
  noop: shown('noop'),
  localop: shown('localop'),
}

/** Commands that cannot run, with what they need. */
export const unable: Readonly<Record<string, Command>> = Object.fromEntries(
  (
    [
      ['apply', learning],
      ['fit', learning],
      ['summary', learning],
      ['sample', learning],
      ['score', learning],
      ['anomalydetection', learning],
      ['anomalousvalue', learning],
      ['anomalies', learning],
      ['outlier', learning],
      ['cluster', learning],
      ['kmeans', learning],
      ['predict', learning],
      ['associate', learning],
      ['correlate', learning],
      ['trendline', learning],
      ['x11', learning],
      ['mstats', metrics],
      ['mcatalog', metrics],
      ['mpreview', metrics],
      ['mcollect', metrics],
      ['meventcollect', metrics],
      ['iplocation', geography],
      ['geostats', geography],
      ['geom', geography],
      ['geomfilter', geography],
      ['rest', service],
      ['metadata', service],
      ['metasearch', service],
      ['eventcount', service],
      ['savedsearch', service],
      ['loadjob', service],
      ['dbinspect', service],
      ['audit', service],
      ['history', service],
      ['typeahead', service],
      ['walklex', service],
      ['script', third],
      ['dbxquery', third],
      ['cyberchef', third],
      ['curl', third],
      ['ut_parse_extended', third],
    ] as const
  ).map(([name, needs]) => [name, beyond(name, needs)]),
)
