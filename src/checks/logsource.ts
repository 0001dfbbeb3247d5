// The log source of a rule: spelling, and event ids that it already says or contradicts.

import { entry } from '../rules/sigma.ts'
import { windowsClasses } from '../schemas/windows.ts'
import { suggest } from '../text/suggest.ts'
import { sigmaCheck } from './check.ts'

/** Sysmon's events by category (Sigma specification, taxonomy appendix). */
export const sysmonIds: Readonly<Record<string, readonly number[]>> = Object.fromEntries(
  windowsClasses.flatMap(({ class: { category, service }, ids }) =>
    service === 'sysmon' && category !== undefined && ids !== undefined ? [[category, ids]] : [],
  ),
)

const attributes = ['category', 'product', 'service', 'definition']

export const logsource = sigmaCheck(
  'logsource',
  {
    LNT220: 'a log source is not written in lower case and underscores',
    LNT221: 'an event id repeats or contradicts the category',
    LNT222: 'a Sysmon event has a category of its own',
    LNT223: 'an attribute of the log source is nearly one of the specification',
  },
  ({ map, items }, report) => {
    const node = entry(map, 'logsource')?.value
    if (node?.kind !== 'map') return
    const say: Record<string, string> = {}
    for (const { key, value } of node.entries) {
      if (!attributes.includes(key.text)) {
        const near = suggest(key.text, attributes)
        if (near !== undefined && entry(node, near) === undefined) {
          report('LNT223', 'warning', `"${key.text}" is an attribute of your own, and nearly "${near}"`, key.span, {
            hint: `did you mean "${near}"?`,
          })
        }
      } else if (key.text !== 'definition' && value.kind === 'scalar' && value.text !== '') {
        say[key.text] = value.text
        if (!/^[a-z0-9_.-]+$/.test(value.text)) {
          const better = value.text.trim().toLowerCase().replaceAll(/\s+/g, '_')
          report('LNT220', 'warning', `"${value.text}" is not written in lower case and underscores`, value.span, {
            hint: `write "${better}"`,
            ...(value.style === 'plain' && /^[a-z0-9_.-]+$/.test(better) ? { fix: [{ span: value.span, text: better }] } : {}),
          })
        }
      }
    }
    const windows = say.product === undefined || say.product.toLowerCase() === 'windows'
    const implied = say.service === undefined && windows ? sysmonIds[say.category?.toLowerCase() ?? ''] : undefined
    for (const item of items) {
      if (item.field !== 'EventID' || item.modifiers.length > 0) continue
      for (const value of item.values) {
        const id = Number(value.text)
        if (!Number.isInteger(id)) continue
        if (implied !== undefined && implied.length === 1) {
          if (implied.includes(id)) {
            report('LNT221', 'note', `the category "${say.category}" is event ${id} of Sysmon already`, value.span, {
              hint: 'leave the event id out: other sources of this category have other ids',
            })
          } else {
            report(
              'LNT221',
              'warning',
              `the category "${say.category}" is event ${implied[0]} of Sysmon and never ${id}`,
              value.span,
              {
                hint: 'take the category of that event, or the service that writes it',
              },
            )
          }
        } else if (say.service === 'sysmon' && say.category === undefined && item.values.length === 1) {
          const categories = Object.entries(sysmonIds).filter(([, ids]) => ids.length === 1 && ids[0] === id)
          if (categories.length === 1) {
            report('LNT222', 'note', `event ${id} of Sysmon is the category "${categories[0]![0]}"`, value.span, {
              hint: `write "category: ${categories[0]![0]}" without the service and the event id, and other sources can be asked too`,
            })
          }
        }
      }
    }
  },
)
