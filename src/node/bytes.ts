// Bytes on the host: files read in blocks, a cursor over a stream, and deflate undone to the last byte that is sound.

import { type FileHandle, open } from 'node:fs/promises'
import { createGunzip, createInflateRaw } from 'node:zlib'

const blockSize = 1 << 20

/** Memory for blocks that are used in turn: what was read lasts until two more blocks are. */
export function blocksInTurn(): readonly Uint8Array[] {
  return [new Uint8Array(blockSize), new Uint8Array(blockSize), new Uint8Array(blockSize)]
}

/**
 * The bytes of a file from `start` to `end` (exclusive), a block ahead of its reader. The file is open only while it is read. `passing` says
 * before a block is read whether it may lie in memory that is used in turn (see `EventSource.open`). Throws what the system says.
 */
export async function* fileBytes(
  path: string,
  start = 0,
  end = Number.POSITIVE_INFINITY,
  passing: () => boolean = () => false,
): AsyncGenerator<Uint8Array, void, undefined> {
  const handle = await open(path)
  let next: Promise<Uint8Array> | undefined
  let turns: readonly Uint8Array[] | undefined
  let turn = 0
  // Blocks that nobody needs any more are memory until the collector looks for them, which it does late: they are no objects of its own.
  const room = (size: number): Uint8Array => {
    if (!passing()) return Buffer.allocUnsafe(size)
    turns ??= blocksInTurn()
    return turns[turn++ % turns.length]!
  }
  try {
    let at = start
    next = block(handle, at, end, room)
    for (;;) {
      const bytes = await next
      if (bytes.length === 0) return
      at += bytes.length
      next = block(handle, at, end, room)
      // Its failure is met when it is awaited.
      next.catch(() => undefined)
      yield bytes
    }
  } finally {
    await next?.catch(() => undefined)
    await handle.close()
  }
}

async function block(handle: FileHandle, at: number, end: number, room: (size: number) => Uint8Array): Promise<Uint8Array> {
  const size = Math.min(blockSize, end - at)
  if (size <= 0) return new Uint8Array(0)
  const { buffer, bytesRead } = await handle.read(room(size), 0, size, at)
  return buffer.subarray(0, bytesRead)
}

/** All bytes of a stream, or undefined when there are more than `most`. */
export async function gather(stream: AsyncIterable<Uint8Array>, most: number): Promise<Uint8Array | undefined> {
  const pieces: Uint8Array[] = []
  let size = 0
  for await (const piece of stream) {
    size += piece.length
    if (size > most) return undefined
    pieces.push(piece)
  }
  return Buffer.concat(pieces)
}

/** A stream read by count: so many bytes, a part as a stream, so many passed over. */
export class Cursor {
  /** Bytes taken so far. */
  at = 0
  private readonly source: AsyncIterator<Uint8Array>
  private rest: Uint8Array = new Uint8Array(0)

  constructor(stream: AsyncIterable<Uint8Array>) {
    this.source = stream[Symbol.asyncIterator]()
  }

  /** The next bytes, at most `most`; empty at the end. */
  async some(most: number): Promise<Uint8Array> {
    if (this.rest.length === 0) {
      const { done, value } = await this.source.next()
      if (done) return this.rest
      this.rest = value
      if (value.length === 0) return this.some(most)
    }
    const taken = this.rest.subarray(0, most)
    this.rest = this.rest.subarray(taken.length)
    this.at += taken.length
    return taken
  }

  /** Exactly `count` bytes, or as many as there are before the end. */
  async take(count: number): Promise<Uint8Array> {
    const first = await this.some(count)
    if (first.length === count || first.length === 0) return first
    const pieces = [first]
    for (let left = count - first.length; left > 0; ) {
      const piece = await this.some(left)
      if (piece.length === 0) break
      pieces.push(piece)
      left -= piece.length
    }
    return Buffer.concat(pieces)
  }

  async skip(count: number): Promise<void> {
    for (let left = count; left > 0; ) {
      const piece = await this.some(left)
      if (piece.length === 0) return
      left -= piece.length
    }
  }

  async *stream(count: number): AsyncGenerator<Uint8Array, void, undefined> {
    for (let left = count; left > 0; ) {
      const piece = await this.some(left)
      if (piece.length === 0) return
      left -= piece.length
      yield piece
    }
  }

  async close(): Promise<void> {
    await this.source.return?.()
  }
}

/** What went wrong while unpacking, and how many bytes had come out. */
export interface Damage {
  readonly message: string
  readonly unpacked: number
}

/** Packed bytes handed over at once: what comes of them (a thousand times as much at worst) is held until it is asked for. */
const steps = [16_384, 256, 1] as const

/**
 * Deflate undone, as a stream. Damage ends it; what came before is given to the last byte, as far as `input` can be opened again: zlib
 * throws away what it made of the piece in which it failed, so a second and a third pass hand that piece over in smaller ones.
 */
export async function* unpacked(
  form: 'gzip' | 'raw',
  input: () => AsyncIterable<Uint8Array>,
  repeatable: boolean,
  damaged: (damage: Damage) => void,
): AsyncGenerator<Uint8Array, void, undefined> {
  let given = 0
  let sound = 0
  for (const step of steps) {
    const pass = new Unpacking(form)
    let left = given
    // What comes beyond the bytes that a pass before has given.
    const beyond = function* () {
      for (const bytes of pass.made()) {
        const skip = Math.min(left, bytes.length)
        left -= skip
        given += bytes.length - skip
        if (skip < bytes.length) yield skip === 0 ? bytes : bytes.subarray(skip)
      }
    }
    let at = 0
    try {
      reading: for await (const chunk of input()) {
        for (let from = 0; from < chunk.length; ) {
          const size = at < sound ? Math.min(steps[0], sound - at) : step
          const piece = chunk.subarray(from, from + size)
          await pass.write(piece)
          yield* beyond()
          if (pass.failure !== undefined) break reading
          from += piece.length
          at += piece.length
        }
      }
      await pass.end()
      yield* beyond()
    } finally {
      pass.close()
    }
    if (pass.failure === undefined) return
    sound = Math.max(sound, at)
    if (repeatable && pass.failure !== cutOff && step > 1) continue
    damaged({ message: pass.failure, unpacked: given })
    return
  }
}

const cutOff = 'unexpected end of file'

/** One pass of zlib, driven by hand: streams drop what they hold when they fail, and what they hold is what was sound. */
class Unpacking {
  failure: string | undefined
  private readonly stream: ReturnType<typeof createGunzip>
  private out: Uint8Array[] = []
  private wake: () => void = () => undefined

  constructor(form: 'gzip' | 'raw') {
    const options = { chunkSize: 131_072 }
    this.stream = form === 'gzip' ? createGunzip(options) : createInflateRaw(options)
    this.stream.on('data', (bytes: Uint8Array) => this.out.push(bytes))
    this.stream.on('error', (error: Error) => {
      this.failure ??= error.message
    })
    // A write that fails is never called back.
    this.stream.on('close', () => this.wake())
  }

  async write(bytes: Uint8Array): Promise<void> {
    if (this.stream.destroyed || this.stream.writableEnded) return
    await new Promise<void>(resolve => {
      this.wake = resolve
      this.stream.write(bytes, () => resolve())
    })
  }

  async end(): Promise<void> {
    if (this.stream.destroyed) return
    await new Promise<void>(resolve => {
      this.wake = resolve
      this.stream.end()
    })
  }

  made(): Uint8Array[] {
    const { out } = this
    this.out = []
    return out
  }

  close(): void {
    this.stream.destroy()
  }
}
