// One line on a terminal that says how far a hunt is; drawn at most ten times a second and wiped before anything else is written.

import type { Counts } from '../../hunt.ts'
import type { EventSource } from '../../logs/logs.ts'
import type { Paper } from './paper.ts'
import { bytes, clip, count, counted, duration, oneLine } from './text.ts'

export interface Progress {
  /** The same sources, counted before the first is opened, so that the end can be foretold. */
  watch(sources: AsyncIterable<EventSource>): AsyncIterable<EventSource>
  update(counts: Counts): void
  done(source: EventSource): void
  clear(): void
}

const pause = 100

/** A progress line; `now` in milliseconds. */
export function progressLine(on: Paper, now: () => number): Progress {
  const started = now()
  let drawn = started
  let shown = false
  let total = { files: 0, bytes: 0, sized: true }
  let ended = { files: 0, bytes: 0 }
  let name = ''
  return {
    async *watch(sources) {
      const all: EventSource[] = []
      for await (const source of sources) {
        all.push(source)
        total = { files: all.length, bytes: total.bytes + (source.size ?? 0), sized: total.sized && source.size !== undefined }
      }
      for (const source of all) {
        name = source.name
        yield source
      }
    },
    update(counts) {
      const at = now()
      if (at - drawn < pause) return
      drawn = at
      shown = true
      const seconds = Math.max(0.001, (at - started) / 1000)
      const share = total.bytes > 0 ? Math.min(1, ended.bytes / total.bytes) : 0
      const left = total.sized && share > 0.02 ? `, ${duration(((at - started) * (1 - share)) / share)} left` : ''
      const line = `${count(ended.files)}/${counted(total.files, 'file')}, ${bytes(counts.bytes)}, ${bytes(counts.bytes / seconds)}/s, ${count(Math.round(counts.events / seconds))} events/s, ${counted(counts.alerts, 'alert')}${left}  ${oneLine(name)}`
      on.write(`\r\u001b[2K${clip(line, on.columns - 1)}`)
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
