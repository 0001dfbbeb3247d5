// Sources that end when a run is interrupted, also while they wait for bytes: a quiet pipe must not keep a hunt from ending.

import type { EventSource } from '../../logs/logs.ts'

/** The same sources; after `signal` no more are given, and what is being read ends as if it were complete. */
export async function* interruptible<S extends EventSource>(
  sources: AsyncIterable<S>,
  signal: AbortSignal | undefined,
): AsyncGenerator<S, void, undefined> {
  if (signal === undefined) {
    yield* sources
    return
  }
  const interrupted = new Promise<undefined>(resolve => {
    if (signal.aborted) resolve(undefined)
    else signal.addEventListener('abort', () => resolve(undefined), { once: true })
  })
  for await (const source of sources) {
    if (signal.aborted) return
    yield { ...source, open: () => until(source.open(), interrupted) }
  }
}

async function* until(
  bytes: AsyncIterable<Uint8Array>,
  interrupted: Promise<undefined>,
): AsyncGenerator<Uint8Array, void, undefined> {
  const iterator = bytes[Symbol.asyncIterator]()
  let waiting = false
  try {
    for (;;) {
      waiting = true
      const next = await Promise.race([iterator.next(), interrupted])
      if (next === undefined) return
      waiting = false
      if (next.done) return
      yield next.value
    }
  } finally {
    // An iterator that still waits for bytes would answer only after they came.
    if (!waiting) await iterator.return?.()
  }
}
