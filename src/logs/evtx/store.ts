// Templates met before: they save compiling, and stand in where a definition is damaged.

import type { Memory } from './memory.ts'
import { type Print, sameTemplate, type Template } from './template.ts'

/** What a store knows of a template: itself, and the chunk it was compiled from. */
interface Known {
  readonly template: Template
  readonly print: Print
  readonly from: Memory | undefined
}

const mostBytes = 4 * 1024 * 1024
const mostVariants = 8

/** A bounded store of compiled templates, by the first four bytes of their GUID. */
export class Store {
  private readonly known = new Map<number, Known[]>()
  private bytes = 0

  /** Keeps a template. One whose meaning is tied to its chunk, or in doubt, is not kept. `from` holds its chunk in memory while it is kept. */
  add(id: number, template: Template, from?: Memory): void {
    const { print } = template
    if (print === undefined || template.suspect) return
    const variants = this.known.get(id)
    if (variants?.some(known => known.template === template) === true) return
    const size = print.view.byteLength
    if (this.bytes + size > mostBytes) {
      this.known.clear()
      this.bytes = 0
    }
    this.bytes += size
    const kept = this.known.get(id) ?? []
    if (kept.length === mostVariants) this.bytes -= kept.shift()!.print.view.byteLength
    kept.push({ template, print, from })
    this.known.set(id, kept)
  }

  /** The template for this place whose definition is byte for byte the one at `offset`; not one compiled from that very chunk. */
  same(id: number, place: number, memory: Memory, offset: number, size: number): Template | undefined {
    const fits = ({ template, print, from }: Known) =>
      template.place === place && print.view.byteLength === size && from !== memory && sameTemplate(print, memory, offset)
    return this.known.get(id)?.find(fits)?.template
  }

  /** The template of this id for this place that was kept last. */
  latest(id: number, place: number): Template | undefined {
    return this.known.get(id)?.findLast(({ template }) => template.place === place)?.template
  }

  /** All templates for this place with the GUID that is stored at `offset`. */
  twins(id: number, place: number, memory: Memory, offset: number): Template[] {
    const sameGuid = (print: Print) => {
      for (let at = 4; at < 20; at++) if (print.view.getUint8(at) !== memory.bytes[offset + at]) return false
      return true
    }
    return (this.known.get(id) ?? []).flatMap(({ template, print }) =>
      template.place === place && sameGuid(print) ? [template] : [],
    )
  }
}

/** The stores that reading one file uses. */
export interface Templates {
  /** Found in chunks of this file whose checksum is right, or in two chunks alike. */
  readonly sure: Store
  /** Found in other chunks of this file. */
  readonly unsure: Store
  /** Found in any file. It only saves time: what comes from it is compared with the bytes at hand, so that reading a file does not depend on what was read before. */
  readonly shared: Store
}
