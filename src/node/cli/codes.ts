// Every diagnostic code of the house with its title, gathered from the parts that report them.

import { codes as catalogCodes } from '../../catalog.ts'
import { codes as convertCodes } from '../../convert.ts'
import { codes as coverageCodes } from '../../coverage.ts'
import { codes as engineCodes } from '../../engine/engine.ts'
import { codes as generateCodes } from '../../generate.ts'
import { codes as huntCodes } from '../../hunt.ts'
import { codes as regexCodes } from '../../ir/regex.ts'
import { languages } from '../../languages/index.ts'
import { codes as printingCodes } from '../../languages/printing.ts'
import { codes as lintCodes } from '../../lint.ts'
import { logFormats } from '../../logs/index.ts'
import { codes as proveCodes } from '../../prove.ts'
import { codes as recordCodes } from '../../record.ts'
import { ruleFormats } from '../../rules/index.ts'
import { codes as linkCodes } from '../../rules/link.ts'
import { codes as pysigmaCodes } from '../../rules/pysigma.ts'
import { codes as readCodes } from '../../rules/read.ts'
import { codes as liftCodes } from '../../schemas/lift.ts'
import { codes as retellCodes } from '../../schemas/retell.ts'
import { codes as translateCodes } from '../../schemas/translate.ts'
import { parquet } from '../archives/parquet.ts'
import { codes as besideCodes } from '../beside.ts'
import { codes as cacheCodes } from '../cache.ts'
import { codes as fileCodes } from '../files.ts'
import { codes as revisionCodes } from '../revision.ts'
import { codes as ruleFileCodes } from '../rulefiles.ts'
import { codes as workerCodes } from '../workers.ts'

/** What the command line itself reports. */
export const codes: Readonly<Record<string, string>> = {
  CLI001: 'wrong argument or option',
  CLI002: 'unknown verb',
  CLI003: 'a format that does not exist or that the verb does not write',
  CLI004: 'unknown colour setting',
  CLI005: 'the output file cannot be written',
  CLI006: 'unknown level',
  CLI007: 'not a time',
  CLI008: 'a file of variables that cannot be read',
  CLI009: 'not a number the option takes',
  CLI010: 'unknown code, verb or topic',
  CLI011: 'unknown shell',
  CLI012: 'no rule of that name',
  CLI013: 'no rule could be read',
  CLI014: 'no log could be read',
  CLI015: 'no event of that number',
  CLI016: 'unknown schema',
  CLI017: 'no rule passes the selection',
  CLI018: 'a search term that cannot be used',
  CLI019: 'unknown target',
  CLI020: 'unknown language',
  CLI021: 'a processing pipeline that cannot be read',
  CLI022: 'a pipeline that is not for the target',
  CLI023: 'a table that is not named with its file',
  CLI024: 'a table that cannot be read',
  CLI025: 'a file of proof records that cannot be read',
  CLI026: 'changes that would break a rule are not made',
  CLI027: 'a folder that holds files of others',
  CLI028: 'atomic tests that cannot be read',
  CLI029: 'a folder that holds no site',
  CLI030: 'a security.txt that is none',
  CLI201: 'an option that changes nothing here',
  CLI202: 'a regular expression gave up on some values',
}

/** All codes, in order. */
export function allCodes(): ReadonlyMap<string, string> {
  const registries = [
    codes,
    besideCodes,
    cacheCodes,
    catalogCodes,
    convertCodes,
    coverageCodes,
    proveCodes,
    recordCodes,
    engineCodes,
    fileCodes,
    generateCodes,
    huntCodes,
    linkCodes,
    liftCodes,
    retellCodes,
    lintCodes,
    printingCodes,
    pysigmaCodes,
    readCodes,
    regexCodes,
    revisionCodes,
    ruleFileCodes,
    translateCodes,
    workerCodes,
    ...languages.map(language => language.codes),
    parquet().codes,
    ...logFormats.map(format => format.codes),
    ...ruleFormats.map(format => format.codes),
  ]
  return new Map(registries.flatMap(registry => Object.entries(registry)).sort(([a], [b]) => (a < b ? -1 : 1)))
}
