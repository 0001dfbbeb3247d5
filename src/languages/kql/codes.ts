// What the KQL language reports.

export const codes: Readonly<Record<string, string>> = {
  KQL001: 'KQL cannot be read yet',
  KQL101: 'a test that KQL has no operator for',
  KQL102: 'a regular expression that KQL cannot say',
  KQL103: 'a value that KQL cannot compute',
  KQL104: 'a text that KQL cannot hold',
  KQL105: 'a stage or source of rows that KQL cannot say',
  KQL106: 'no row of the tables can fit the query',
  KQL301: 'KQL takes an absent text for an empty one',
  KQL302: 'a correlation costs a join of its events with themselves',
  KQL303: 'a sequence in order reports every event that completes it',
}
