// Every code that SPL reports.

import { codes as printingCodes } from '../printing.ts'

export const codes: Readonly<Record<string, string>> = {
  ...printingCodes,
  SPL001: 'SPL cannot be read yet',
  SPL101: 'what a query does beyond asking single events has no form in SPL here',
  SPL102: 'a test that SPL has no words for',
  SPL103: 'a regular expression that cannot be said in SPL',
  SPL104: 'a value or name that no event in Splunk can have',
  SPL105: 'a test that a data model cannot answer',
  SPL301: 'a data model does not tell absent from empty values',
  SPL302: 'a window of streamstats holds a limited number of events',
}
