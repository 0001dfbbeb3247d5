// Whether a hunt is worth sharing out, and among how many: small ones must not pay for threads.

import { availableParallelism } from 'node:os'
import type { FileSource } from './files.ts'

/** Workers that a hunt uses unasked: as many as the machine has processors for, up to this. */
const mostUnasked = 4
/** Below so many bytes one thread is done before others would be of help: each has to learn what the rules look for. */
const leastShared = 64 << 20
/** How much more than it takes on disk a packed log is taken for. */
const packing = 10

/** How many workers a hunt uses unasked. */
export function usualJobs(): number {
  return Math.min(mostUnasked, availableParallelism())
}

/** The sources once more, and whether there is so much in them that sharing pays. */
export async function weigh(
  sources: AsyncIterable<FileSource>,
): Promise<{ readonly sources: AsyncIterable<FileSource>; readonly large: boolean }> {
  const iterator = sources[Symbol.asyncIterator]()
  const seen: FileSource[] = []
  let size = 0
  let more = true
  while (more && size < leastShared) {
    const next = await iterator.next()
    if (next.done) more = false
    else {
      const { path, stored = 0, size: own = 0 } = next.value
      seen.push(next.value)
      size += path === undefined ? packing * stored : own
      // A member of an archive must be read before the next one is asked for.
      if (path === undefined) break
    }
  }
  async function* all(): AsyncGenerator<FileSource> {
    try {
      yield* seen
      while (more) {
        const next = await iterator.next()
        if (next.done) return
        yield next.value
      }
    } finally {
      await iterator.return?.()
    }
  }
  return { sources: all(), large: size >= leastShared }
}
