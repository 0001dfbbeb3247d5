// Where everything lies in memory, and the writing of rows and entries. JavaScript allots the memory and hands the addresses over once; nothing here allots any.

/** What a value is. JavaScript knows the same numbers (`kinds` in tape.ts). */
export const TEXT: u32 = 0
export const NUMBER: u32 = 1
export const TRUE: u32 = 2
export const FALSE: u32 = 3
export const NULL: u32 = 4
export const LIST: u32 = 5
export const OBJECT: u32 = 6
export const PLAIN: u32 = 7
export const WIDE: u32 = 8
export const DIGITS: u32 = 9

/** A text with a backslash in it; with one that is no canonical escape; with a byte beyond ASCII. A number whose text is not what `String` gives. */
export const ESCAPED: u32 = 1 << 8
export const ODD: u32 = 1 << 9
export const HIGH: u32 = 1 << 10

/** Nodes: 32 bytes each, below NODES; entries: 16 bytes each, below ENTRIES; rows: 32 bytes each, below ROWS. */
export let NODES: usize = 0
export let BUCKETS: usize = 0
export let ENTRIES: usize = 0
export let ROWS: usize = 0
export let STACK: usize = 0
/** The next free entry, and the ends of both areas. */
export let entry: usize = 0
export let entryEnd: usize = 0
export let row: usize = 0
export let rowEnd: usize = 0

export function setNodes(nodes: usize, buckets: usize, stack: usize): void {
  NODES = nodes
  BUCKETS = buckets
  STACK = stack
}

export function setRows(entries: usize, entriesEnd: usize, rows: usize, rowsEnd: usize): void {
  ENTRIES = entries
  entryEnd = entriesEnd
  ROWS = rows
  rowEnd = rowsEnd
  entry = entries
  row = rows
}

/** Where the next entry and the next row are written; JavaScript that writes them itself says how far it came. */
export function moveTo(nextEntry: usize, nextRow: usize): void {
  entry = nextEntry
  row = nextRow
}

export function setEntry(at: usize): void {
  entry = at
}

export function setRow(at: usize): void {
  row = at
}

export function nodeAt(id: u32): usize {
  return NODES + ((<usize>id) << 5)
}
