// Sigma as a language: id, title, extension, codes.

import type { Language } from '../language.ts'
import { codes as printingCodes } from '../printing.ts'
import { codes } from './codes.ts'
import { parse } from './parse.ts'
import { print } from './print.ts'

/** Sigma detections (specification 2.1.0). */
export const sigma: Language = {
  id: 'sigma',
  title: 'Sigma',
  extension: 'yml',
  parse,
  print,
  codes: { ...printingCodes, ...codes },
}
