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
  for await (const source of sources) {
    if (signal.aborted) return
    yield { ...source, open: passing => until(source.open(passing), signal) }
  }
}

async function* until(bytes: AsyncIterable<Uint8Array>, signal: AbortSignal): AsyncGenerator<Uint8Array, void, undefined> {
  const iterator = bytes[Symbol.asyncIterator]()
  let waiting = false
  try {
    for (;;) {
      waiting = true
      const next = await orAborted(iterator.next(), signal)
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

/** What a promise gives, or undefined when the signal comes first. A race with one long promise would keep all that it was ever raced with. */
function orAborted<T>(promise: Promise<T>, signal: AbortSignal): Promise<T | undefined> {
  return new Promise((resolve, reject) => {
    const stop = () => resolve(undefined)
    if (signal.aborted) stop()
    else signal.addEventListener('abort', stop, { once: true })
    promise.then(
      value => {
        signal.removeEventListener('abort', stop)
        resolve(value)
      },
      error => {
        signal.removeEventListener('abort', stop)
        reject(error)
      },
    )
  })
}
