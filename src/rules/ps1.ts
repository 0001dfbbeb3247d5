// A script of PowerShell: comment-based help that says what the rule is, and the query. Written only. Facts: about_Comment_Based_Help, about_Requires (https://learn.microsoft.com/powershell/module/microsoft.powershell.core/about).

import type { Detection } from '../ir/detection.ts'
import { fileName } from './elastic.ts'
import type { RuleFormat } from './rules.ts'

export const codes: Readonly<Record<string, string>> = {
  PWD101: 'a script of PowerShell holds queries in PowerShell only',
}

/** Text in a block comment: on one line, and nothing that ends the comment. What is not ASCII is written by its code, for Windows PowerShell reads a script without a mark in a code page. */
function plain(text: string): string {
  return text
    .replace(/[\p{C}\p{Zl}\p{Zp}\s]+/gu, ' ')
    .trim()
    .replaceAll('#>', '# >')
    .replace(/[^ -~]/gu, found => `\\u{${found.codePointAt(0)!.toString(16)}}`)
}

const section = (name: string, lines: readonly string[]): readonly string[] =>
  lines.length === 0 ? [] : [`.${name}`, ...lines.map(line => `    ${plain(line)}`)]

function help(detection: Detection): readonly string[] {
  const notes = [
    ...(detection.id === '' ? [] : [`Rule: ${detection.id}`]),
    `Level: ${detection.level}, status: ${detection.status}`,
    ...(detection.attack.length === 0 ? [] : [`ATT&CK: ${detection.attack.join(', ')}`]),
    ...(detection.authors.length === 0 ? [] : [`Author: ${detection.authors.join(', ')}`]),
    ...detection.falsePositives.map(one => `May be harmless: ${one}`),
  ]
  return [
    '<#',
    ...section('SYNOPSIS', [detection.title]),
    ...section('DESCRIPTION', detection.description === '' ? [] : [detection.description]),
    ...section('NOTES', notes),
    ...detection.references.flatMap(one => section('LINK', [one])),
    '#>',
  ]
}

/** Runs on the machine whose logs are asked, as an administrator: others may not read the security log. Prints the events, the newest first. */
export const ps1: RuleFormat = {
  id: 'ps1',
  title: 'PowerShell script',
  detect: () => 0,
  write(detection, printed, _columns, place) {
    if (place !== undefined && place.language !== 'powershell')
      return {
        diagnostics: [
          {
            code: 'PWD101',
            severity: 'error',
            message: `a script of PowerShell holds queries in PowerShell, not in "${place.language}"`,
            hint: 'choose a target in PowerShell',
          },
        ],
      }
    const text = [...help(detection), '#Requires -Version 5.1', '#Requires -RunAsAdministrator', '', printed.text, ''].join('\n')
    return { value: [{ name: `${fileName(detection)}.ps1`, text }], diagnostics: [] }
  },
  codes,
}
