// The contract of a log format: framing only, bytes to records. What the records are is recognised by the schemas.

import type { Batch } from '../ir/event.ts'
import type { Diagnostic } from '../text/diagnostic.ts'
import type { Tape } from '../wasm/tape.ts'

export interface ReadOptions {
  /** The file as the user named it. */
  readonly name: string
  readonly member?: string
  /** The year of a log whose times leave it out. */
  readonly year?: number
  readonly zone?: string
  /** What lies before the first byte that is given, where that is not the beginning: lines and records. Only for formats of `lines`. */
  readonly start?: { readonly line: number; readonly index: number }
  /** Told at the end how many line breaks were passed. Only by formats of `lines`. */
  readonly ended?: (breaks: number) => void
  /** Where records may be laid down for a matcher that looks at bytes; a format that does not know how makes objects. */
  readonly tape?: Tape
}

/** A log format. One file each; the host brings the bytes. */
export interface LogFormat {
  readonly id: string
  readonly title: string
  /** How sure, from 0 to 1, that a file with this name and beginning (at least 4 KiB where the file has them) is one. */
  detect(head: Uint8Array, name: string): number
  /**
   * Records in order, in batches of bounded size. What cannot be read is reported (code, message with the byte offset or line,
   * and how much was lost) and gone around; it never throws for bad input and holds a bounded part of the input at a time.
   */
  read(bytes: AsyncIterable<Uint8Array>, options: ReadOptions, report: (finding: Diagnostic) => void): AsyncIterable<Batch>
  /**
   * Whether of a log that begins so each line is read by itself: a reader may begin at any line (told by `ReadOptions.start` what lies
   * before it), and as long as nothing is reported, the records of two parts are those of the whole. Several may then share a log.
   */
  lines?(head: Uint8Array): boolean
  /** Every code it reports, with a one-line title. */
  readonly codes: Readonly<Record<string, string>>
}

/** Where bytes come from: a file, a browser `File`, a socket. Hosts make these; `slice` lets workers share one file by blocks. */
export interface EventSource {
  /** As the user named it; below a named folder, that path joined with the rest. */
  readonly name: string
  /** The path inside an archive. */
  readonly member?: string
  readonly size?: number
  /** The format, where only the host can read it (Parquet); otherwise the content says it. */
  readonly format?: LogFormat
  /**
   * The bytes from the first on. `passing` is asked before each block whether what is read from then on may be written over once two
   * more blocks were asked for; a source that always gives new memory need not ask.
   */
  open(passing?: () => boolean): AsyncIterable<Uint8Array>
  slice?(start: number, end: number): AsyncIterable<Uint8Array>
}
