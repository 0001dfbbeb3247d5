// Words of ES|QL: commands, those that are no names, lengths of time.

import type { Unit } from './tree.ts'

/** Commands that are understood by name only: they ask what no log answers. */
export const namedCommands: ReadonlySet<string> = new Set([
  'fork',
  'fuse',
  'rerank',
  'change_point',
  'sample',
  'explain',
  'show',
  'ts',
  'promql',
  'insist',
])
/** All commands, for those who look for the one that was meant. */
export const commands = [
  'where',
  'eval',
  'stats',
  'inlinestats',
  'inline',
  'keep',
  'drop',
  'rename',
  'sort',
  'limit',
  'mv_expand',
  'dissect',
  'grok',
  'lookup',
  'enrich',
  'completion',
  ...namedCommands,
]
/** Words that are no names where they stand bare. */
export const words: ReadonlySet<string> = new Set([
  'and',
  'or',
  'not',
  'in',
  'like',
  'rlike',
  'is',
  'null',
  'true',
  'false',
  'by',
  'as',
  'asc',
  'desc',
  'nulls',
  'where',
  'on',
  'metadata',
  'with',
])

/** Lengths of time by every name they have. */
export const units: Readonly<Record<string, Unit>> = (() => {
  const out: Record<string, Unit> = {}
  const put = (unit: Unit, names: string): void => {
    for (const one of names.split(' ')) out[one] = unit
  }
  put('millisecond', 'millisecond milliseconds ms')
  put('second', 'second seconds sec s')
  put('minute', 'minute minutes min m')
  put('hour', 'hour hours h')
  put('day', 'day days d')
  put('week', 'week weeks w')
  put('month', 'month months mo')
  put('quarter', 'quarter quarters q')
  put('year', 'year years yr y')
  return out
})()
