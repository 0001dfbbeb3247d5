// What the command line has of the world around it, so that a test can give it another one.

/** A stream that takes text. */
export interface Out {
  write(text: string): unknown
  readonly isTTY?: boolean
  readonly columns?: number
}

/** The world of one run: streams, environment, working folder, clock, and the signal that ends it early. */
export interface Io {
  readonly stdout: Out
  readonly stderr: Out
  readonly stdin: AsyncIterable<Uint8Array>
  readonly env: Readonly<Record<string, string | undefined>>
  readonly cwd: string
  /** Milliseconds UTC. */
  readonly now: () => number
  readonly signal?: AbortSignal
}
