// Facts of rules kept on disk between builds of a catalog, by content. What is damaged or cannot be written is as if it were not there.

import { mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { deflateSync, inflateSync } from 'node:zlib'

/** A store below a folder that this user owns; a text's file is named by its key. */
export function factStore(folder: string): { read(key: string): string | undefined; write(key: string, text: string): void } {
  let usable = true
  try {
    mkdirSync(folder, { recursive: true, mode: 0o700 })
  } catch {
    usable = false
  }
  const place = (key: string): string | undefined => (usable && /^[\w-]{1,150}$/.test(key) ? join(folder, key) : undefined)
  return {
    read(key) {
      const file = place(key)
      if (file === undefined) return undefined
      try {
        return inflateSync(readFileSync(file), { maxOutputLength: 1 << 28 }).toString('utf8')
      } catch {
        return undefined
      }
    },
    write(key, text) {
      const file = place(key)
      if (file === undefined) return
      try {
        writeFileSync(`${file}.${process.pid}`, deflateSync(text, { level: 1 }), { mode: 0o600 })
        renameSync(`${file}.${process.pid}`, file)
      } catch {
        usable = false
      }
    },
  }
}
