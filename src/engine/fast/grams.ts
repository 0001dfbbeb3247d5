// How often runs of four bytes come up in a log, so that literals are looked for by their rarest run.

const log = 16

/** Counts of runs, without regard to ASCII case, by a short hash; a sample suffices. */
export class Grams {
  private readonly counts = new Uint16Array(1 << log)
  private sampled = 0

  /** Counts the runs in a stretch of bytes. */
  sample(bytes: Uint8Array): void {
    const { counts } = this
    let run = 0
    for (const byte of bytes) {
      run = (run << 8) | byte | 0x20
      const place = Math.imul(run, 0x9e3779b1) >>> (32 - log)
      if (counts[place]! < 0xffff) counts[place]!++
    }
    this.sampled += bytes.length
  }

  /** Bytes counted. */
  get size(): number {
    return this.sampled
  }

  /** How often a run was met, and one more. */
  count(bytes: Uint8Array, at: number): number {
    const run =
      ((bytes[at]! | 0x20) << 24) | ((bytes[at + 1]! | 0x20) << 16) | ((bytes[at + 2]! | 0x20) << 8) | (bytes[at + 3]! | 0x20)
    return this.counts[Math.imul(run, 0x9e3779b1) >>> (32 - log)]! + 1
  }
}
