// The tape: records laid down in WebAssembly memory, a row each and an entry for every value, so that a matcher can look at bytes and make no objects. Log formats write it, the engine reads it.

import { bytes as base64 } from './bytes.ts'

/** What an entry is. `text`: the content of a JSON string as it stands; `number`, `true`, `false`, `null`, `list`, `object`: JSON as it stands; `plain`: UTF-8; `wide`: UTF-16LE; `digits`: the text that `String` gives of a number. */
export const kinds = {
  text: 0,
  number: 1,
  true: 2,
  false: 3,
  null: 4,
  list: 5,
  object: 6,
  plain: 7,
  wide: 8,
  digits: 9,
} as const

/** Flags beside the kind: a text with a backslash in it, with an escape that is not needed, with a byte beyond ASCII; a number that `String` writes otherwise. */
export const flags = { escaped: 1 << 8, odd: 1 << 9, high: 1 << 10 } as const

/** Marks by which the reader of JSON lines keeps lines from the tape: see `assembly/json.ts`. */
export const marks = { wraps: 1, dated: 2, opens: 4 } as const

/** What the module offers; addresses are byte offsets in its memory. */
export interface Scanner {
  readonly breaks: { readonly value: number }
  readonly lineFrom: { readonly value: number }
  readonly keyFrom: { readonly value: number }
  readonly keyEnd: { readonly value: number }
  readonly keyIn: { readonly value: number }
  readonly entry: { readonly value: number }
  readonly row: { readonly value: number }
  readonly current: { readonly value: number }
  readonly candidates: { readonly value: number }
  readonly family: { readonly value: number }
  readonly plan: { readonly value: number }
  readonly strangers: { readonly value: number }
  readonly keyLength: { readonly value: number }
  setNodes(nodes: number, buckets: number, stack: number): void
  setRows(entries: number, entriesEnd: number, rows: number, rowsEnd: number): void
  moveTo(entry: number, row: number): void
  setText(room: number): void
  setMatcher(key: number, classes: number, found: number, shapes: number, slots: number, memo: number): void
  takeLines(from: number, end: number, longest: number): number
  next(row: number, end: number, family: number, seed: number): number
  shapeOf(row: number, seed: number): number
  ask(row: number, family: number, plan: number): number
  remember(copy: number, known: number): void
  indexRow(row: number): number
  hash2(at: number): number
  hash4(at: number): number
  hash8(at: number): number
  hashAll(from: number, end: number): number
}

/** At most so many paths are told apart. */
export const mostNodes = 65_535
/** Bytes before and behind whatever is allotted that may be read. */
const margin = 64
const mostRows = 16_384
const mostEntries = 131_072
const page = 65_536

let compiled: WebAssembly.Module | undefined

/** An empty tape with memory of its own; undefined where WebAssembly or its vectors are absent. */
export function createTape(): Tape | undefined {
  if (typeof WebAssembly === 'undefined') return undefined
  if (compiled === undefined) {
    const binary = Uint8Array.from(atob(base64), character => character.charCodeAt(0))
    if (!WebAssembly.validate(binary)) return undefined
    compiled = new WebAssembly.Module(binary)
  }
  return new Tape(compiled)
}

/** Rows and entries of one batch, and what outlives batches: the paths under which values were met, and whatever others allot. */
export class Tape {
  readonly scanner: Scanner
  /** The memory; to be read anew after anything that may make it grow (`alloc`, `room`, `node`). */
  bytes: Uint8Array
  words: Uint32Array
  /** For each node its path, keys joined with dots; and the keys. Node 0 is the record itself. */
  readonly names: string[] = ['']
  readonly keys: (readonly string[])[] = [[]]
  /** Nodes by their names: several paths may read the same (`a.b` as one key, and as two). */
  readonly byName = new Map<string, number[]>()
  readonly entries: number
  readonly rows: number
  /** The ends of both, for who writes them itself. */
  readonly entriesEnd: number
  readonly rowsEnd: number
  private readonly memory: WebAssembly.Memory
  private readonly nodes: number
  private readonly buckets: number
  private top = page
  private data = 0
  private dataSize = 0
  private readonly encoder = new TextEncoder()

  constructor(module: WebAssembly.Module) {
    this.memory = new WebAssembly.Memory({ initial: 160 })
    this.bytes = new Uint8Array(this.memory.buffer)
    this.words = new Uint32Array(this.memory.buffer)
    const instance = new WebAssembly.Instance(module, { env: { memory: this.memory, abort: aborted } })
    this.scanner = instance.exports as Scanner
    this.nodes = this.alloc((mostNodes + 1) * 32)
    this.buckets = this.alloc(page * 4)
    this.scanner.setNodes(this.nodes, this.buckets, this.alloc(513 * 32))
    this.entries = this.alloc(mostEntries * 16)
    this.rows = this.alloc(mostRows * 32)
    this.entriesEnd = this.entries + mostEntries * 16
    this.rowsEnd = this.rows + mostRows * 32
    this.clear()
  }

  /** How much memory there is. */
  get size(): number {
    return this.top
  }

  /** Room that nobody else gets: its address, a multiple of 16; zeros. */
  alloc(size: number): number {
    const at = (this.top + margin + 15) & ~15
    this.top = at + size + margin
    if (this.top > this.bytes.length) {
      this.memory.grow(Math.ceil((this.top - this.bytes.length) / page) + 32)
      this.bytes = new Uint8Array(this.memory.buffer)
      this.words = new Uint32Array(this.memory.buffer)
    }
    return at
  }

  /** The address of at least `size` bytes for the batch at hand; what lay there is gone. The scanner's room for texts is as long and a half. */
  room(size: number): number {
    if (size > this.dataSize) {
      this.dataSize = Math.max(page * 8, size * 2)
      this.data = this.alloc(this.dataSize)
      this.scanner.setText(this.alloc(this.dataSize + (this.dataSize >> 1)))
    }
    return this.data
  }

  /** Forgets rows and entries: a batch begins. */
  clear(): void {
    this.scanner.setRows(this.entries, this.entriesEnd, this.rows, this.rowsEnd)
  }

  /** Rows written so far. */
  get length(): number {
    return (this.scanner.row.value - this.rows) >>> 5
  }

  /** The node of a key in a node, made when it is new; -1 when there are too many. `mark`: see `marks`. */
  node(parent: number, key: string, mark = 0): number {
    const text = this.encoder.encode(key)
    const bucket = (this.buckets >> 2) + bucketOf(parent, text)
    for (let id = this.words[bucket]!; id !== 0; id = this.words[(this.nodes >> 2) + id * 8 + 5]!) {
      const known = this.keys[id]!
      if (this.words[(this.nodes >> 2) + id * 8 + 4] === parent && known[known.length - 1] === key) return id
    }
    const id = this.names.length
    if (id > mostNodes) return -1
    // The key's closing quote belongs to what is compared.
    const at = this.alloc(text.length + 1)
    this.bytes.set(text, at)
    this.bytes[at + text.length] = 0x22
    const record = (this.nodes >> 2) + id * 8
    this.words.set([at, text.length, 0, 0, parent, this.words[bucket]!, 0, mark], record)
    this.words[bucket] = id
    const path = [...this.keys[parent]!, key]
    const name = path.join('.')
    this.names.push(name)
    this.keys.push(path)
    const same = this.byName.get(name)
    if (same === undefined) this.byName.set(name, [id])
    else same.push(id)
    return id
  }

  /** Ends the row that values were put into, and says its number; `line` as `Scanner.breaks` counts. */
  endRow(firstEntry: number, start: number, end: number, line: number): number {
    const at = this.scanner.row.value
    const word = at >> 2
    this.words[word] = start
    this.words[word + 1] = end
    this.words[word + 2] = firstEntry
    this.words[word + 3] = (this.scanner.entry.value - this.entries) >>> 4
    this.words[word + 4] = line
    // Not a line of JSON.
    this.words[word + 6] = 0
    this.scanner.moveTo(this.scanner.entry.value, at + 32)
    return (at - this.rows) >>> 5
  }

  /** The number of the next entry. */
  get nextEntry(): number {
    return (this.scanner.entry.value - this.entries) >>> 4
  }

  /** Whether there is room for one more row with so many entries. */
  hasRoom(entries: number): boolean {
    return this.length < mostRows && this.nextEntry + entries <= mostEntries
  }

  /** Writes a value of the row at hand. */
  put(node: number, kind: number, start: number, end: number): void {
    const at = this.scanner.entry.value
    const word = at >> 2
    this.words[word] = node
    this.words[word + 1] = start
    this.words[word + 2] = end
    this.words[word + 3] = kind
    this.scanner.moveTo(at + 16, this.scanner.row.value)
  }
}

/** The bucket of a key; `assembly/json.ts` counts alike. */
function bucketOf(parent: number, key: Uint8Array): number {
  let sum = (Math.imul(parent, 0x9e3779b1) + key.length) | 0
  for (const byte of key) sum = Math.imul(sum ^ byte, 0x01000193)
  return (sum ^ (sum >>> 15)) & 0xffff
}

function aborted(): never {
  throw new Error('the scanner stopped: this is a bug in Terrier')
}
