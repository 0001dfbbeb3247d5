// PowerShell as a language: id, title, extension, codes.

import type { Language } from '../language.ts'
import { codes as printingCodes } from '../printing.ts'
import { parse, codes as parseCodes } from './parse.ts'
import { print } from './print.ts'

export const codes: Readonly<Record<string, string>> = {
  ...printingCodes,
  ...parseCodes,
  PWS101: 'a query does more than ask single events',
  PWS102: 'a test that PowerShell has no words for here',
  PWS103: 'a value or field that cannot be compared with',
  PWS104: 'a regular expression that .NET cannot say',
}

/** PowerShell over the Windows event log (https://learn.microsoft.com/powershell/module/microsoft.powershell.diagnostics/get-winevent), Windows PowerShell 5.1 and later. */
export const powershell: Language = {
  id: 'powershell',
  title: 'PowerShell (Get-WinEvent)',
  extension: 'ps1',
  parse,
  print,
  codes,
}
