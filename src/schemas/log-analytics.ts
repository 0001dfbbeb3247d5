// Rows of Log Analytics tables that no other shape knows, as exports have them: the table's name is in the column Type. Facts: "Standard columns in Azure Monitor Logs" (https://learn.microsoft.com/azure/azure-monitor/logs/log-standard-columns).

import { and, exists, is } from './ask.ts'
import { kustoTables } from './kusto/tables.ts'
import type { Schema } from './schema.ts'

const names = Object.keys(kustoTables)

/** Read by queries over these tables only: what their columns mean in Sigma's terms is said by no taxonomy. */
export const logAnalytics: Schema = {
  id: 'log-analytics',
  title: 'Rows of Log Analytics tables',
  recognise: and(exists('TimeGenerated'), is('Type', ...names)),
  rows: true,
  render: 'json',
  tables: names.map(name => ({ name, holds: [], fields: {} })),
  time: ['TimeGenerated'],
  host: ['Computer', 'DeviceName'],
  user: ['Account', 'UserPrincipalName', 'AccountName'],
  channel: ['Type'],
}
