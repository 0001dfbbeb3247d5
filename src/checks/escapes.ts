// Backslashes with one layer of escaping too many or too few, in values of any language.

import { andMore, meaningCheck, placeOf, quoted } from './meaning.ts'
import { type Asked, asking, exchanged, globOf, parting } from './question.ts'

const pages = {
  LNT253: {
    title: 'a path with its backslashes doubled',
    what: 'A value holds two backslashes one after the other inside a path.',
    why: 'Somewhere a layer of escaping was added that the language does not take away. Paths in logs have single backslashes, so the value is never found.',
    bad: { language: 'kql', text: 'DeviceProcessEvents | where FolderPath startswith @"C:\\\\Windows\\\\Temp"' },
    good: { language: 'kql', text: 'DeviceProcessEvents | where FolderPath startswith @"C:\\Windows\\Temp"' },
  },
} as const

const doubled = /(?:[A-Za-z]:|[A-Za-z0-9_)%])\\\\(?=[A-Za-z0-9._%$({-]|$)/

export const escapes = meaningCheck('escapes', pages, (detection, questions, tell) => {
  for (const question of questions) {
    const flawed = question.tests.filter(({ told, negated, field }) => isDoubled(told) && !negated && field !== undefined)
    const [first] = flawed
    if (first?.told?.kind !== 'text') continue
    const { told } = first
    const single = told.text.replaceAll('\\\\', '\\')
    const other = asking(first, globOf({ ...told, text: single }, told.fold))
    const span = placeOf(detection, first.test)
    const written = span === undefined ? '' : detection.written.document.text.slice(span.start, span.end)
    // A verbatim string of KQL says what it holds, so that its text can be mended in place.
    const verbatim = /@(["'])(?:(?!\1).)*\\\\(?:(?!\1).)*\1$/.exec(written)
    tell(
      'LNT253',
      'warning',
      `${andMore(quoted(told.text), flawed.length)} ${flawed.length > 1 ? 'have' : 'has'} two backslashes one after the other`,
      first.test,
      {
        hint: `for one backslash in the log: ${single}`,
        witness: parting(question, exchanged(question.where, first.test, other), false),
        ...(verbatim === null || span === undefined
          ? {}
          : {
              fix: [
                {
                  span: { start: span.start + verbatim.index, end: span.end },
                  text: verbatim[0].replaceAll('\\\\', '\\'),
                },
              ],
            }),
      },
    )
  }
})

const isDoubled = (told: Asked['told']): boolean =>
  told?.kind === 'text' && doubled.test(told.text) && !/:\/\/|["{}]/.test(told.text) && !/[^\\]\\(?!\\)[^\\]/.test(told.text)
