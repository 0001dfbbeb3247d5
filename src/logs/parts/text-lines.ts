// A log whose records are lines of text: one line after the other without its line break, numbered, of bounded length.

import { Decoder, inUtf8, type Replaced, Window } from './lines.ts'

/** Lines of a stream, whatever its encoding and line breaks. `take` while there is one in hand, then `more`. */
export class TextLines {
  /** The number, from 1, of the line given last. */
  line = 0
  /** How many lines were longer than `longest` bytes and left out, and the first of them. */
  tooLong = 0
  firstTooLong = 0
  readonly replaced: Replaced = { count: 0, line: 0 }
  private readonly window: Window
  private readonly decoder: Decoder
  private readonly longest: number
  /** The line in hand is too long: what has come of it is let go. */
  private passing = false
  private searched = 0

  constructor(bytes: AsyncIterable<Uint8Array>, longest: number) {
    this.window = new Window(inUtf8(bytes, this.replaced))
    this.decoder = new Decoder(this.replaced)
    this.longest = longest
  }

  /** The next whole line, or undefined when it is not all in hand. */
  take(): string | undefined {
    const { window } = this
    for (;;) {
      const { bytes, at } = window
      let end = bytes.indexOf(10, at + this.searched)
      if (end === -1) {
        if (!window.done) {
          if (bytes.length - at > this.longest) {
            this.passing = true
            window.at = bytes.length
          }
          this.searched = window.bytes.length - window.at
          return undefined
        }
        if (at >= bytes.length && !this.passing) return undefined
        end = bytes.length
      }
      this.searched = 0
      this.line++
      window.at = Math.min(end + 1, bytes.length)
      if (this.passing || end - at > this.longest) {
        this.passing = false
        if (this.tooLong++ === 0) this.firstTooLong = this.line
        continue
      }
      return this.decoder.decode(bytes.subarray(at, end > at && bytes[end - 1] === 13 ? end - 1 : end), this.line)
    }
  }

  /** Brings more of the stream; false when there is none and nothing is left in hand. */
  async more(): Promise<boolean> {
    if (this.window.done) return false
    await this.window.more(false)
    return true
  }

  async close(): Promise<void> {
    await this.window.close()
  }
}
