// What a YAML text is made of: maps, lists and scalars with their places.

import type { Span } from '../../text/source.ts'

/** A scalar as text; `style` tells a plain one (whose type is read from its text) from a quoted or block one (always text). */
export interface ScalarNode {
  readonly kind: 'scalar'
  readonly text: string
  readonly style: 'plain' | 'quoted' | 'block'
  /** An explicit tag, without the YAML prefix: `str`, `int`. */
  readonly tag?: string
  readonly span: Span
}

export interface MapEntry {
  readonly key: ScalarNode
  readonly value: YamlNode
}

/** A map in the order written. `broken` says that a key was written twice, so that what it means is open. */
export interface MapNode {
  readonly kind: 'map'
  readonly entries: readonly MapEntry[]
  readonly broken?: string
  readonly span: Span
}

export interface ListNode {
  readonly kind: 'list'
  readonly items: readonly YamlNode[]
  readonly span: Span
}

export type YamlNode = ScalarNode | MapNode | ListNode

/** One document of a file: its root, or none when it is empty or could not be read. */
export interface YamlDocument {
  readonly root?: YamlNode
}

/** Levels of nesting that are read. */
export const deepest = 64

/** The value of a key, or undefined. */
export function entry(map: MapNode, name: string): MapEntry | undefined {
  return map.entries.find(candidate => candidate.key.text === name)
}
