// Short words for values in Sigma's names, for the columns of tables.

import type { Scalar } from '../../ir/predicate.ts'

export const field = (name: string): Scalar => ({ kind: 'field', name })
export const literal = (value: string | number | null): Scalar => ({ kind: 'literal', value })
export const call = (fn: Extract<Scalar, { kind: 'call' }>['fn'], ...args: readonly Scalar[]): Scalar => ({
  kind: 'call',
  fn,
  args,
})
/** The file name of a path. */
export const baseOf = (name: string): Scalar => call('lens:basename', field(name))
/** The folder of a path. */
export const folderOf = (name: string): Scalar => call('dirname', field(name))
/** The first that is there. */
export const firstOf = (...of: readonly Scalar[]): Scalar => call('coalesce', ...of)
/** `DOMAIN\name`: the name, and the domain. */
export const accountOf = (name: string): Scalar => call('lens:account', field(name))
export const domainOf = (name: string): Scalar => call('lens:under', field(name))
/** One of the hashes in Sysmon's list. */
export const hashOf = (algorithm: 'md5' | 'sha1' | 'sha256' | 'imphash'): Scalar => call(`lens:${algorithm}`, field('Hashes'))
