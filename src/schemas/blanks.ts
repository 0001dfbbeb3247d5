// Field names that have blanks in the event and none in rules: Windows Defender's. Facts: Defender's event reference, and the rule that SigmaHQ's names follow.

import type { Mapping } from './schema.ts'

/** Fields of Windows Defender whose names have blanks in the event and none in rules. */
const blanks: readonly string[] = [
  'Action Name',
  'Additional Actions String',
  'Category Name',
  'Detection ID',
  'Detection Source',
  'Detection Time',
  'Detection User',
  'Error Code',
  'Error Description',
  'Execution Name',
  'Feature Name',
  'Involved File',
  'New Value',
  'Old Value',
  'Origin Name',
  'Parent Commandline',
  'Process Name',
  'Product Name',
  'Product Version',
  'Reason Code',
  'Remediation User',
  'Severity ID',
  'Severity Name',
  'Source Name',
  'Source Path',
  'Target Commandline',
  'Threat ID',
  'Threat Name',
  'Type Name',
]

/** Rules write those names without blanks; records may carry either. */
export const withoutBlanks = (column: (name: string) => string): Readonly<Record<string, readonly Mapping[]>> =>
  Object.fromEntries(
    blanks.map(name => {
      const plain = name.replaceAll(' ', '')
      return [plain, [column(plain), column(name)]]
    }),
  )
