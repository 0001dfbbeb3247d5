// How logs are read where they do not say it themselves: options of every verb that reads logs.

import type { Command } from 'commander'
import { logFormats } from '../../logs/index.ts'
import type { LogFormat } from '../../logs/logs.ts'
import { knownZone } from '../../logs/parts/wall-clock.ts'
import type { Outcome } from '../../text/diagnostic.ts'
import { suggest } from '../../text/suggest.ts'
import { misuse } from './options.ts'

/** Those options as they are written. */
export interface ReadingArguments {
  readonly readAs?: string
  readonly zone?: string
  readonly year?: string
}

/** What they mean for a hunt. */
export interface Reading {
  readonly format?: LogFormat
  readonly zone?: string
  readonly year?: number
}

/** Adds the options. */
export function reading(command: Command): Command {
  return command
    .option('--read-as <format>', 'read every log in this format, whatever it looks like: terrier help formats')
    .option('--zone <zone>', 'the zone of times that name none: UTC (default), +02:00, Europe/Berlin')
    .option('--year <year>', 'the year of dates that name none, as in syslog (default: this year, or the last)')
}

/** The formats that --read-as takes. */
export const formatNames: readonly string[] = logFormats.map(format => format.id)

/** What the options say, or what is wrong with them. */
export function readReading(given: ReadingArguments): Outcome<Reading> {
  const { readAs, zone, year } = given
  const format = readAs === undefined ? undefined : logFormats.find(known => known.id === readAs.toLowerCase())
  if (readAs !== undefined && format === undefined) {
    const near = suggest(readAs, formatNames)
    const list = `the formats are ${formatNames.join(', ')}`
    return {
      diagnostics: [misuse('CLI003', `no log format "${readAs}"`, near === undefined ? list : `did you mean "${near}"? ${list}`)],
    }
  }
  if (!knownZone(zone))
    return { diagnostics: [misuse('CLI007', `no time zone "${zone}"`, 'write UTC, +02:00, or a name such as Europe/Berlin')] }
  if (year !== undefined && !/^\d{4}$/.test(year))
    return { diagnostics: [misuse('CLI009', `--year takes a year, and "${year}" is none`)] }
  return { value: { format, zone, year: year === undefined ? undefined : Number(year) }, diagnostics: [] }
}
