// Traps of paths: backslashes that escape, shares with half their backslashes, names without a boundary.

import { isText, sigmaCheck } from './check.ts'

/** Fields that hold the whole path of a program or file. */
const pathFields =
  /^(?:Parent|Source|Target|GrandParent)?Image$|^ImageLoaded$|^(?:New|Parent|Creator)?ProcessName$|^TargetFilename$|^ProcessPath$/

export const paths = sigmaCheck(
  'paths',
  {
    LNT245: 'a share is written with half its backslashes',
    LNT246: 'a backslash escapes a wildcard that was probably meant',
    LNT249: 'the end of a path has no boundary in front',
    LNT250: 'the whole of a path is compared with a bare name',
  },
  ({ items }, report) => {
    for (const { field, modifiers, values } of items) {
      if (modifiers.some(name => ['re', 'cidr', 'fieldref', 'exists', 'expand'].includes(name) || name.startsWith('base64')))
        continue
      for (const value of values) {
        if (!isText(value)) continue
        const { text } = value
        if (/^\\\\(?!\\)(?:[^\\*?\s]+\\|[.?]\\)/.test(text) && !modifiers.includes('endswith')) {
          report('LNT245', 'warning', `"${text}" begins with one backslash, since the first escapes the second`, value.span, {
            hint: `a share begins with four: "\\\\${text}"`,
          })
        }
        const escaped = /(?:^[A-Za-z]:|[\w )}%])\\([*?])/.exec(text.replaceAll('\\\\', '\u0000\u0000'))
        if (escaped !== null && text.includes('\\') && /[\\:]/.test(text.slice(0, escaped.index + escaped[0].length - 2))) {
          report('LNT246', 'note', `"\\${escaped[1]}" is the character "${escaped[1]}" and no wildcard`, value.span, {
            hint: `for a backslash and a wildcard write "\\\\${escaped[1]}"`,
          })
        }
        if (field === undefined || !pathFields.test(field)) continue
        if (modifiers.includes('endswith') && /^[\w+-]+\.\w{2,4}$/.test(text)) {
          report('LNT249', 'note', `"${text}" is also the end of longer names, such as "x${text}"`, value.span, {
            hint: `write "\\${text}"`,
          })
        }
        if (modifiers.every(name => name === 'cased' || name === 'neq') && /^[^\\/*?\s%]+\.\w{2,4}$/.test(text)) {
          report('LNT250', 'warning', `"${field}" holds a whole path, which is never "${text}"`, value.span, {
            hint: `write "${field}|endswith: '\\${text}'"`,
          })
        }
      }
    }
  },
)
