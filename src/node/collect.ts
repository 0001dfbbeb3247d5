// Memory given back at once, where much of it has just become useless: left to itself, the collector waits until there is twice as much.

import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'

/** Collects garbage now; does nothing where the host does not let it. */
export function collect(): void {
  setFlagsFromString('--expose-gc')
  const gc: unknown = runInNewContext('typeof gc === "function" ? gc : undefined')
  setFlagsFromString('--no-expose-gc')
  if (typeof gc === 'function') gc()
}
