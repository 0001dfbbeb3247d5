// The syslog header that relays put before records of another format: when and from which host it came.

import { setField, type Value } from '../../ir/event.ts'

const form =
  /^(?:<\d{1,3}>)?(?:1 )?\s*((?:[A-Z][a-z]{2} [ \d]\d (?:\d{4} )?\d\d:\d\d:\d\d)|(?:\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d{1,9})?(?:Z|[+-]\d\d:?\d\d)?))\s+(\S+)/

/** Sets `syslogTime` and `syslogHost` from what stands before a record, where it is such a header. */
export function syslogHead(before: string, fields: Record<string, Value>): void {
  const found = form.exec(before)
  if (found === null) return
  setField(fields, 'syslogTime', found[1]!)
  setField(fields, 'syslogHost', found[2]!)
}
