// The log formats, and which of them a file is in. A new format is one import and one place in the list.

import { access } from './access.ts'
import { auditd } from './auditd.ts'
import { ausearch } from './ausearch.ts'
import { cef } from './cef.ts'
import { csv } from './csv.ts'
import { evtx } from './evtx.ts'
import { ios } from './ios.ts'
import { journal } from './journal.ts'
import { jsonl } from './jsonl.ts'
import { laurel } from './laurel.ts'
import { leef } from './leef.ts'
import { lines } from './lines.ts'
import { logfmt } from './logfmt.ts'
import type { LogFormat } from './logs.ts'
import { otlp } from './otlp.ts'
import { syslog } from './syslog.ts'
import { w3c } from './w3c.ts'
import { winxml } from './winxml.ts'
import { zeek } from './zeek.ts'

/** All log formats. Where two are equally sure of a file, the earlier one has it. */
export const logFormats: readonly LogFormat[] = [
  evtx,
  winxml,
  jsonl,
  otlp,
  auditd,
  ausearch,
  laurel,
  journal,
  syslog,
  zeek,
  w3c,
  access,
  cef,
  leef,
  logfmt,
  ios,
  csv,
  lines,
]

/** Below this a format only might read a file, and a wrong guess is worse than none. */
const least = 0.4

/** The format that a file with this beginning (and this name, where the content leaves a doubt) is in, and how sure that is from 0 to 1; undefined when it is none of them. */
export function detectFormat(head: Uint8Array, name: string): { readonly format: LogFormat; readonly sure: number } | undefined {
  let best: { readonly format: LogFormat; readonly sure: number } | undefined
  for (const format of logFormats) {
    const sure = Math.min(1, format.detect(head, name))
    if (sure >= least && sure > (best?.sure ?? 0)) best = { format, sure }
    if (sure === 1) break
  }
  return best
}
