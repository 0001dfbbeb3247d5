// Zstandard undone (RFC 8878): frames one behind the other, each given to a decoder of its own, so that a damaged frame costs itself alone.

import { Decompress } from 'fzstd'
import { Cursor, type Damage } from '../bytes.ts'

/** The largest window that is held; it is what `zstd -d` allows without being told. */
const largestWindow = 128 << 20

/**
 * The decoder moves its whole window for every block, so many small blocks with a large window cost time: up to 50 GB moved are free,
 * then so many bytes for each byte unpacked.
 */
const freelyMoved = 5e10
const moved = 5000

const cut = 'unexpected end of file'

/** The bytes of Zstandard frames. Damage is told once; what is sound before it, and whole frames behind it, are given. */
export async function* unzstd(
  input: AsyncIterable<Uint8Array>,
  damaged: (damage: Damage) => void,
): AsyncGenerator<Uint8Array, void, undefined> {
  const cursor = new Cursor(input)
  let given = 0
  let told = false
  const tell = (message: string) => {
    if (!told) damaged({ message, unpacked: given })
    told = true
  }
  try {
    for (;;) {
      const mark = await cursor.take(4)
      if (mark.length === 0) return
      if (mark.length < 4) return tell(cut)
      const magic = Buffer.from(mark).readUInt32LE()
      // 3.1.2: skippable frames.
      if (magic >= 0x184d2a50 && magic <= 0x184d2a5f) {
        const size = await cursor.take(4)
        if (size.length < 4) return tell(cut)
        await cursor.skip(Buffer.from(size).readUInt32LE())
        continue
      }
      if (magic !== 0xfd2fb528) return tell(given === 0 ? 'there is no Zstandard in it' : 'what follows a frame is none')
      const header = await frameHeader(cursor)
      if (typeof header === 'string') return tell(header)
      const made: Uint8Array[] = []
      const decoder = new Decompress(bytes => {
        if (bytes.length > 0) made.push(bytes.slice())
      })
      let cost = 0
      const before = given
      let broken = !push(decoder, Buffer.concat([mark, header.bytes]), false)
      // 3.1.1.2: blocks; the last one says so.
      for (let last = false; !last; ) {
        const head = await cursor.take(3)
        if (head.length < 3) return tell(cut)
        const value = head[0]! | (head[1]! << 8) | (head[2]! << 16)
        last = (value & 1) === 1
        const kind = (value >> 1) & 3
        const size = value >> 3
        if (kind === 3 || size > 1 << 17) return tell('a block is damaged')
        const content = await cursor.take(kind === 1 ? 1 : size)
        if (content.length < (kind === 1 ? 1 : size)) return tell(cut)
        if (broken) continue
        cost += header.window
        if (cost > freelyMoved && cost > moved * (given - before)) return tell('its blocks are too small for its window')
        broken = !push(decoder, Buffer.concat([head, content]), false)
        for (const bytes of made.splice(0)) {
          given += bytes.length
          yield bytes
        }
        if (broken) tell('a block is damaged')
      }
      if (header.checked) await cursor.skip(4)
    }
  } finally {
    await cursor.close()
  }
}

/** Whether the decoder took it; it throws for what it cannot decode. */
function push(decoder: Decompress, bytes: Uint8Array, last: boolean): boolean {
  try {
    decoder.push(bytes, last)
    return true
  } catch {
    return false
  }
}

/** 3.1.1.1: the header behind the magic number. */
async function frameHeader(cursor: Cursor): Promise<{ bytes: Uint8Array; checked: boolean; window: number } | string> {
  const descriptor = (await cursor.take(1))[0]
  if (descriptor === undefined) return cut
  if ((descriptor & 8) !== 0) return 'the header of a frame is damaged'
  const single = (descriptor >> 5) & 1
  const ids = [0, 1, 2, 4][descriptor & 3]!
  const sizes = descriptor >> 6 === 0 ? single : 1 << (descriptor >> 6)
  const rest = Buffer.from(await cursor.take(1 - single + ids + sizes))
  if (rest.length < 1 - single + ids + sizes) return cut
  if (ids > 0 && rest.subarray(1 - single, 1 - single + ids).some(byte => byte !== 0))
    return 'it was packed with a dictionary, which is not at hand'
  let window: number
  if (single === 1) {
    const at = ids
    window =
      sizes === 1
        ? rest[at]!
        : sizes === 2
          ? rest.readUInt16LE(at) + 256
          : sizes === 4
            ? rest.readUInt32LE(at)
            : Number(rest.readBigUInt64LE(at))
  } else {
    const base = 2 ** (10 + (rest[0]! >> 3))
    window = base + (base / 8) * (rest[0]! & 7)
  }
  if (window > largestWindow)
    return `it needs a window of ${Math.round(window / 2 ** 20)} MB, and more than ${largestWindow >> 20} MB are not held`
  return { bytes: Buffer.concat([Uint8Array.of(descriptor), rest]), checked: (descriptor & 4) !== 0, window }
}
