// One line on a terminal that says how far a hunt is; drawn at most ten times a second and wiped before anything else is written.

import type { Counts } from '../../hunt.ts'
import type { EventSource } from '../../logs/logs.ts'
import type { Paper } from './paper.ts'
import { bytes, clip, count, counted, duration, oneLine } from './text.ts'

export interface Progress {
  update(counts: Counts): void
  /** A source is being read; null when none is. */
  reading(name: string | null): void
  done(source: EventSource): void
  clear(): void
}

/** What is to be read: how many files and, where every one says its size, how many bytes. */
export interface Total {
  readonly files: number
  readonly bytes?: number
}

const pause = 100

/** A progress line; `now` in milliseconds, `total` when it is known. */
export function progressLine(on: Paper, now: () => number, total?: Total): Progress {
  const started = now()
  let drawn = started
  let shown = false
  let ended = { files: 0, bytes: 0 }
  let name = ''
  return {
    reading(next) {
      name = next ?? ''
    },
    update(counts) {
      const at = now()
      if (at - drawn < pause) return
      drawn = at
      shown = true
      const seconds = Math.max(0.001, (at - started) / 1000)
      const { files: whole = 0, bytes: size = 0 } = total ?? {}
      // Packed files do not say how many bytes will come; then the files are counted.
      const share = Math.min(1, size > 0 ? ended.bytes / size : whole > 0 ? ended.files / whole : 0)
      const files = total === undefined ? counted(ended.files, 'file') : `${count(ended.files)}/${counted(total.files, 'file')}`
      const parts = [
        files,
        bytes(counts.bytes),
        `${bytes(counts.bytes / seconds)}/s`,
        `${count(Math.round(counts.events / seconds))} events/s`,
        counted(counts.alerts, 'alert'),
        ...(share > 0.02 ? [`${duration(((at - started) * (1 - share)) / share)} left`] : []),
      ]
      on.write(`\r\u001b[2K${clip(`${parts.join(', ')}  ${oneLine(name)}`, on.columns - 1)}`)
    },
    done(source) {
      ended = { files: ended.files + 1, bytes: ended.bytes + (source.size ?? 0) }
    },
    clear() {
      if (shown) on.write('\r\u001b[2K')
      shown = false
    },
  }
}

const longest = 1000

/** Counts sources ahead of reading them; undefined when that takes more than a second, or members of archives are among them, which are found only by unpacking. */
export async function totalOf(sources: AsyncIterable<EventSource>, now: () => number): Promise<Total | undefined> {
  const started = now()
  let files = 0
  let size: number | undefined = 0
  for await (const source of sources) {
    if (source.member !== undefined || now() - started > longest) return undefined
    files++
    size = size === undefined || source.size === undefined ? undefined : size + source.size
  }
  return { files, bytes: size }
}
