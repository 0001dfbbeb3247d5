// The names of pages: from the title, the same as long as the title and its namesakes are.

import type { Detection } from '../ir/detection.ts'
import { byText } from './plain.ts'

const longest = 80

/** A text as a name in addresses: letters and digits of ASCII, hyphens between them. */
export function slugOf(text: string): string {
  const plain = text
    .normalize('NFKD')
    .replace(/[\u0300-\u036f]/g, '')
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^-+|-+$/g, '')
  return plain.length <= longest ? plain : plain.slice(0, longest).replace(/-[^-]*$/, '')
}

/** A slug and the other names of each detection, in their order. Namesakes have the beginning of their id behind the title. */
export function slugsOf(
  detections: readonly Detection[],
): readonly { readonly slug: string; readonly aliases: readonly string[] }[] {
  const namesakes = new Map<string, number[]>()
  for (const [place, detection] of detections.entries()) {
    const base = slugOf(detection.title) || 'rule'
    namesakes.set(base, [...(namesakes.get(base) ?? []), place])
  }
  const taken = new Set<string>()
  const slugs: string[] = detections.map(() => '')
  const others: string[][] = detections.map(() => [])
  for (const [base, places] of namesakes) if (places.length === 1) take(places[0]!, base)
  for (const [base, places] of namesakes) {
    if (places.length === 1) continue
    const ordered = [...places].sort((a, b) => byText(placeOf(detections[a]!), placeOf(detections[b]!)))
    for (const place of ordered) take(place, `${base}-${slugOf(detections[place]!.id).slice(0, 8) || 'x'}`)
    if (!taken.has(base)) others[ordered[0]!]!.push(base)
  }
  function take(place: number, wanted: string): void {
    let slug = wanted
    for (let number = 2; taken.has(slug); number++) slug = `${wanted}-${number}`
    taken.add(slug)
    slugs[place] = slug
  }
  // An id leads to one page: that of the first rule which has it.
  const ids = new Set<string>()
  for (const [place, { id }] of detections.entries()) {
    const alias = slugOf(id)
    if (alias === '' || ids.has(alias) || taken.has(alias)) continue
    ids.add(alias)
    others[place]!.push(alias)
  }
  return slugs.map((slug, place) => ({ slug, aliases: others[place]! }))
}

const placeOf = (detection: Detection): string => `${detection.id}\n${detection.written.document.name}`
