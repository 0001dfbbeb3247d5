// Modifiers that say nothing, twice, or something else than they seem to.

import type { ScalarNode } from '../rules/sigma.ts'
import type { Diagnostic } from '../text/diagnostic.ts'
import { type Item, isText, partSpan, type Report, sigmaCheck, verbatim, type Written } from './check.ts'

const stringModifiers = ['contains', 'startswith', 'endswith']

export const modifierUse = sigmaCheck(
  'modifiers',
  {
    LNT230: '"all" stands at a single value',
    LNT231: 'a modifier stands twice',
    LNT232: 'a fragment of Base64 is compared with the whole field',
    LNT233: 'a field would have to equal several values at once',
    LNT234: 'a regular expression that "contains" could say',
    LNT235: 'a dot of a file or host name is not escaped',
    LNT236: '"windash" finds no dash',
    LNT237: 'a regular expression begins or ends with any run of characters',
  },
  (written, report) => {
    for (const item of written.items) {
      const { key, modifiers, values, node, field } = item
      if (key === undefined) continue
      const at = (name: string): ReturnType<typeof partSpan> => partSpan(written, key, name, (field ?? '').length)
      if (modifiers.includes('all') && (node.kind === 'scalar' || values.length === 1)) {
        const span = at('|all')
        const exact = span.end - span.start === 4
        report(
          'LNT230',
          'warning',
          '"all" has nothing to do at a single value, and some converters refuse it',
          exact ? { start: span.start + 1, end: span.end } : span,
          {
            hint: 'leave it out',
            ...(exact && field !== undefined ? { fix: [{ span, text: '' }] } : {}),
          },
        )
      }
      const seen = new Set<string>()
      for (const name of modifiers) {
        if (seen.has(name)) report('LNT231', 'warning', `"${name}" stands twice`, key.span, { hint: 'leave one of them out' })
        seen.add(name)
      }
      if (modifiers.includes('base64offset') && !modifiers.some(name => stringModifiers.includes(name))) {
        report('LNT232', 'warning', 'a fragment of Base64 is compared with the whole field', at('base64offset'), {
          hint: 'write "base64offset|contains"',
        })
      }
      const compares = modifiers.some(name =>
        [...stringModifiers, 're', 'cidr', 'fieldref', 'gt', 'gte', 'lt', 'lte', 'windash'].includes(name),
      )
      if (
        field !== undefined &&
        modifiers.includes('all') &&
        values.length > 1 &&
        !compares &&
        values.every(value => !/[*?]/.test(value.text))
      ) {
        report('LNT233', 'note', `"${field}" can equal all of these only where it has several values`, at('all'), {
          hint: 'did you mean "contains|all", or the list without "all"?',
        })
      }
      const dash = /(?<![\p{L}\p{N}_])[-/–—―](?=[\p{L}\p{N}_])/u
      if (modifiers.includes('windash') && !modifiers.includes('expand') && !values.some(value => dash.test(value.text))) {
        const span = at('windash')
        const exact = written.source.text.slice(span.start - 1, span.end) === '|windash'
        report('LNT236', 'note', '"windash" changes nothing: no value has a dash or slash before a word', span, {
          hint: 'leave it out',
          ...(exact ? { fix: [{ span: { start: span.start - 1, end: span.end }, text: '' }] } : {}),
        })
      }
      if (modifiers.includes('re')) regexes(item, written, report)
    }
  },
)

/** File types and top domains behind an unescaped dot. */
const unescapedDot =
  /[A-Za-z0-9_)](?:\\\\)*\.(?:exe|dll|sys|ps1|psm1|bat|cmd|vbs|vbe|js|jse|hta|msi|scr|com|net|org|info|io|ru|cn|xml|sct|txt|zip|doc|docx|xls|xlsx)(?![A-Za-z0-9*+?{])/

function regexes({ modifiers, values }: Item, written: Written, report: Report): void {
  for (const value of values) {
    if (!isText(value)) continue
    const { text } = value
    const flags = modifiers.some(name => ['i', 'ignorecase', 'm', 'multiline', 's', 'dotall', 'expand'].includes(name))
    const dot = unescapedDot.exec(text)
    if (!/[\\.^$*+?()[\]{}|]/.test(text) && text !== '' && !flags) {
      report('LNT234', 'note', `"${text}" has nothing of a regular expression`, value.span, {
        hint: '"contains|cased" says the same',
      })
    } else if (dot !== null) {
      report('LNT235', 'note', `the dot in "${dot[0]}" is any character`, value.span, { hint: 'write "\\." for a dot' })
    }
    if (
      text.length > 2 &&
      (/^\.\*(?![?+])/.test(text) || /(?<!\\)\.\*$/.test(text)) &&
      !/^\.\*$/.test(text) &&
      !modifiers.includes('s')
    ) {
      report(
        'LNT237',
        'note',
        'the regular expression is searched for anywhere, so ".*" at its ends only costs time',
        value.span,
        { hint: 'leave it out', ...trimmed(value, written) },
      )
    }
  }
}

/** The change that leaves out runs of any character at the ends of an expression. */
function trimmed(value: ScalarNode, written: Written): Pick<Diagnostic, 'fix'> {
  const at = verbatim(written, value)
  const { text } = value
  const start = /^\.\*(?![?+*{])/.test(text) ? 2 : 0
  const end = /(?<!\\)\.\*$/.test(text) ? 2 : 0
  const rest = text.slice(start, Math.max(start, text.length - end))
  // What is left must stand by itself: an expression, and a value that is read as text.
  if (at === undefined || value.style !== 'quoted' || rest === '' || /^[?*+{]|^\.\*|\.\*$/.test(rest)) return {}
  return { fix: [{ span: { start: at, end: at + text.length }, text: rest }] }
}
