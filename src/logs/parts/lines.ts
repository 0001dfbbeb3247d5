// Bytes on their way to text: the encoding found, everything brought to UTF-8, a window that moves over a stream, lines decoded one at a time.

export type Encoding = 'utf-8' | 'utf-16le' | 'utf-16be'

/** The encoding that a beginning shows, and how many bytes of byte order mark it has. Without a mark, UTF-16 is known by the NULs in its first two characters. */
export function encodingOf(head: Uint8Array): { readonly encoding: Encoding; readonly mark: number } {
  const [a, b, c, d] = [head[0], head[1], head[2], head[3]]
  if (a === 0xef && b === 0xbb && c === 0xbf) return { encoding: 'utf-8', mark: 3 }
  if (a === 0xff && b === 0xfe) return { encoding: 'utf-16le', mark: 2 }
  if (a === 0xfe && b === 0xff) return { encoding: 'utf-16be', mark: 2 }
  if (a !== undefined && a !== 0 && b === 0 && c !== 0 && (d === 0 || d === undefined)) return { encoding: 'utf-16le', mark: 0 }
  if (a === 0 && b !== undefined && b !== 0 && (c === 0 || c === undefined) && d !== 0) return { encoding: 'utf-16be', mark: 0 }
  return { encoding: 'utf-8', mark: 0 }
}

/** The beginning of a file as text, for detection: at most `limit` bytes, a character cut off at the end left out, nothing for bytes that are no text. */
export function textHead(head: Uint8Array, limit = 65_536): string {
  const { encoding, mark } = encodingOf(head)
  return new TextDecoder(encoding).decode(head.subarray(mark, limit), { stream: true })
}

/** How many characters could not be read and became U+FFFD, and where the first one was. */
export interface Replaced {
  count: number
  line: number
}

/** The encoding of a stream, and the stream from behind its byte order mark. */
async function opened(
  bytes: AsyncIterable<Uint8Array>,
): Promise<{ encoding: Encoding; rest: AsyncGenerator<Uint8Array, void, undefined> }> {
  const source = bytes[Symbol.asyncIterator]()
  let head: Uint8Array = new Uint8Array(0)
  while (head.length < 4) {
    const { done, value } = await source.next()
    if (done) break
    head = head.length === 0 ? value : join(head, value)
  }
  const { encoding, mark } = encodingOf(head)
  async function* rest(): AsyncGenerator<Uint8Array, void, undefined> {
    try {
      yield head.subarray(mark)
      for (;;) {
        const { done, value } = await source.next()
        if (done) return
        yield value
      }
    } finally {
      await source.return?.()
    }
  }
  return { encoding, rest: rest() }
}

/**
 * A stream in UTF-8 without byte order mark, whatever it was in. UTF-8 passes through as it is, also where it is invalid;
 * what UTF-16 cannot say (half a pair of surrogates, an odd byte at the end) becomes U+FFFD and is counted.
 */
export async function* inUtf8(bytes: AsyncIterable<Uint8Array>, replaced: Replaced): AsyncGenerator<Uint8Array, void, undefined> {
  const { encoding, rest } = await opened(bytes)
  if (encoding === 'utf-8') {
    yield* rest
    return
  }
  const encoder = new TextEncoder()
  for await (const text of decoded(rest, encoding, replaced)) yield encoder.encode(text)
}

/** A stream as text without byte order mark. What cannot be read becomes U+FFFD and is counted. */
export async function* inText(bytes: AsyncIterable<Uint8Array>, replaced: Replaced): AsyncGenerator<string, void, undefined> {
  const { encoding, rest } = await opened(bytes)
  yield* decoded(rest, encoding, replaced)
}

async function* decoded(
  bytes: AsyncIterable<Uint8Array>,
  encoding: Encoding,
  replaced: Replaced,
): AsyncGenerator<string, void, undefined> {
  const decoder = new TextDecoder(encoding, { ignoreBOM: true })
  let tail: Uint8Array = new Uint8Array(0)
  const count = (text: string, from: Uint8Array) => {
    if (!text.includes('\ufffd')) return
    const both = join(tail, from)
    replaced.count += Math.max(0, marks(text) - (encoding === 'utf-8' ? written8(both) : written16(both, encoding)))
  }
  for await (const chunk of bytes) {
    const text = decoder.decode(chunk, { stream: true })
    count(text, chunk)
    if (encoding === 'utf-8') tail = (chunk.length < 2 ? join(tail, chunk) : chunk).slice(-2)
    else tail = chunk.slice(chunk.length - ((tail.length + chunk.length) % 2))
    if (text !== '') yield text
  }
  const last = decoder.decode()
  count(last, new Uint8Array(0))
  if (last !== '') yield last
}

function marks(text: string): number {
  let count = 0
  for (let at = text.indexOf('\ufffd'); at !== -1; at = text.indexOf('\ufffd', at + 1)) count++
  return count
}

/** U+FFFD that the log itself holds. */
function written8(bytes: Uint8Array): number {
  let count = 0
  for (let at = bytes.indexOf(0xef); at !== -1; at = bytes.indexOf(0xef, at + 1))
    if (bytes[at + 1] === 0xbf && bytes[at + 2] === 0xbd) count++
  return count
}

function written16(bytes: Uint8Array, encoding: Encoding): number {
  const [first, second] = encoding === 'utf-16le' ? [0xfd, 0xff] : [0xff, 0xfd]
  let count = 0
  for (let at = 0; at + 1 < bytes.length; at += 2) if (bytes[at] === first && bytes[at + 1] === second) count++
  return count
}

function join(a: Uint8Array, b: Uint8Array): Uint8Array {
  const both = new Uint8Array(a.length + b.length)
  both.set(a)
  both.set(b, a.length)
  return both
}

/** UTF-8 as text; bytes that are no UTF-8 become U+FFFD and are counted as of this line. A byte order mark at the start is left out. */
export class Decoder {
  private readonly lenient = new TextDecoder()
  private readonly strict = new TextDecoder('utf-8', { fatal: true })
  private readonly replaced: Replaced

  constructor(replaced: Replaced) {
    this.replaced = replaced
  }

  decode(bytes: Uint8Array, line: number): string {
    const text = this.lenient.decode(bytes)
    if (text.includes('\ufffd')) this.look(bytes, text, line)
    return text
  }

  /** How many UTF-16 code units these bytes are, as columns count them; nothing is reported. */
  count(bytes: Uint8Array): number {
    return this.lenient.decode(bytes).length
  }

  /** U+FFFD in the text is either in the log itself or stands for bytes that are no UTF-8. */
  private look(bytes: Uint8Array, text: string, line: number): void {
    try {
      this.strict.decode(bytes)
    } catch {
      if (this.replaced.count === 0) this.replaced.line = line
      this.replaced.count += marks(text)
    }
  }
}

/** Below this many bytes of rest, a chunk is joined with it only up to the chunk's first line break, and the remainder is used where it lies. */
const smallRest = 262_144

/**
 * A stretch of a stream that a reader has in hand: `bytes` from `at` to its end. `more` brings the next stretch; what lies before
 * `at` is let go. Memory is what the reader keeps in hand, twice over at most, and one chunk.
 */
export class Window {
  bytes: Uint8Array = new Uint8Array(0)
  at = 0
  /** Bytes let go before the first of `bytes`: `base + at` is the place in the stream. */
  base = 0
  done = false
  private readonly source: AsyncIterator<Uint8Array>
  private pending: Uint8Array | undefined
  private room: Uint8Array | undefined

  constructor(stream: AsyncIterable<Uint8Array>) {
    this.source = stream[Symbol.asyncIterator]()
  }

  /**
   * Brings at least one more byte; false, and `done`, when there is none. With `whole`, as much as the stream gives at once is joined
   * with the rest in hand; without, only to the end of the line that the rest begins, which spares copying.
   */
  async more(whole: boolean): Promise<boolean> {
    const chunk = this.pending ?? (await this.next())
    this.pending = undefined
    if (chunk === undefined) {
      this.done = true
      return false
    }
    const rest = this.bytes.length - this.at
    if (rest === 0) {
      this.base += this.at
      this.bytes = chunk
      this.at = 0
      this.room = undefined
      return true
    }
    let cut = chunk.length
    if (!whole && rest < smallRest) {
      const lineEnd = chunk.indexOf(10)
      if (lineEnd !== -1) cut = lineEnd + 1
    }
    this.append(cut === chunk.length ? chunk : chunk.subarray(0, cut), rest)
    if (cut < chunk.length) this.pending = chunk.subarray(cut)
    return true
  }

  /** Lets go of the source early. */
  async close(): Promise<void> {
    await this.source.return?.()
  }

  private async next(): Promise<Uint8Array | undefined> {
    for (;;) {
      const { done, value } = await this.source.next()
      if (done) return undefined
      if (value.length > 0) return value
    }
  }

  /** Room grows twofold, so that a long record arriving in pieces is copied a few times and not once a piece. */
  private append(chunk: Uint8Array, rest: number): void {
    const used = this.bytes.length
    if (this.room !== undefined && used + chunk.length <= this.room.length) {
      this.room.set(chunk, used)
      this.bytes = this.room.subarray(0, used + chunk.length)
      return
    }
    const size = rest + chunk.length
    const room = new Uint8Array(rest < smallRest ? size : size * 2)
    room.set(this.bytes.subarray(this.at))
    room.set(chunk, rest)
    this.base += this.at
    this.room = room
    this.bytes = room.subarray(0, size)
    this.at = 0
  }
}
