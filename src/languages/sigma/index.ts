// Sigma as a language: id, title, extension, codes. Detections are read; nothing is written.

import type { Language } from '../language.ts'
import { codes } from './codes.ts'
import { parse } from './parse.ts'

/** Sigma detections (specification 2.1.0). */
export const sigma: Language = { id: 'sigma', title: 'Sigma', extension: 'yml', parse, codes }
