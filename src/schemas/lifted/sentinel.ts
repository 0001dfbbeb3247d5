// Columns of Sentinel's tables of Windows events that the agent makes of others. Facts: Azure Monitor's table reference (https://learn.microsoft.com/azure/azure-monitor/reference/tables/securityevent).

import type { Lifted } from './lifted.ts'
import { call, field, firstOf, literal } from './words.ts'

const account = (domain: string, name: string) => call('concat', field(domain), literal('\\'), field(name))

export const sentinelColumns: Readonly<Record<string, Lifted>> = {
  SecurityEvent: {
    columns: {
      Account: firstOf(account('SubjectDomainName', 'SubjectUserName'), account('TargetDomainName', 'TargetUserName')),
      SubjectAccount: account('SubjectDomainName', 'SubjectUserName'),
      TargetAccount: account('TargetDomainName', 'TargetUserName'),
      EventData: call('event:xml'),
      Process: call('lens:basename', firstOf(field('NewProcessName'), field('ProcessName'))),
    },
  },
  // Values of events lie in a text of XML, which queries take apart.
  Event: { columns: { EventData: call('event:xml'), UserName: field('User') } },
  WindowsEvent: {},
}
