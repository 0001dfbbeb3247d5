// The smallest event on which something still holds: fields go first, then members of lists, then runs of characters; what is left is made printable.

import type { Event, Value } from '../ir/event.ts'

type Fields = Readonly<Record<string, Value>>

/** How often `still` is asked at most. */
const mostAsked = 4_000

/** An event no larger than the given one of which `still` holds as well. `still` must hold of the event given. */
export function shrink(event: Event, still: (event: Event) => boolean): Event {
  let left = mostAsked
  const holds = (fields: Fields): boolean => left-- > 0 && still({ ...event, fields })
  let fields: Fields = event.fields
  for (const name of Object.keys(fields)) {
    const { [name]: _, ...rest } = fields
    if (holds(rest)) fields = rest
  }
  for (const name of Object.keys(fields)) {
    const list = fields[name]
    if (!Array.isArray(list)) continue
    for (let at = list.length - 1; at >= 0; at--) {
      const now = fields[name] as readonly Value[]
      if (now.length <= 1) break
      const fewer = now.filter((_, index) => index !== at)
      if (holds({ ...fields, [name]: fewer })) fields = { ...fields, [name]: fewer }
    }
  }
  for (const name of Object.keys(fields)) {
    const value = fields[name]
    if (typeof value === 'string') fields = { ...fields, [name]: shorter(value, text => holds({ ...fields, [name]: text })) }
  }
  return { ...event, fields }
}

function shorter(text: string, still: (text: string) => boolean): string {
  let kept = text
  for (let size = kept.length; size >= 1; size = size === 1 ? 0 : Math.ceil(size / 2))
    for (let at = 0; at + size <= kept.length; ) {
      const fewer = kept.slice(0, at) + kept.slice(at + size)
      if (still(fewer)) kept = fewer
      else at += size
    }
  for (let at = 0; at < kept.length; at++) {
    const code = kept.charCodeAt(at)
    if (code >= 32 && code <= 126) continue
    for (const plain of ' ax_') {
      const other = kept.slice(0, at) + plain + kept.slice(at + 1)
      if (!still(other)) continue
      kept = other
      break
    }
  }
  return kept
}
