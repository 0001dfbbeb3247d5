// What the dialects of SQL report.

export const codes: Readonly<Record<string, string>> = {
  SQL001: 'a text that is no statement of the dialect',
  SQL002: 'a statement that is nested too deeply or too long',
  SQL004: 'a regular expression in a statement that cannot be read',
  SQL005: 'a value or function that is not read',
  SQL006: 'a part of a statement beyond one table that is not read',
  SQL101: 'a text that a literal or a pattern of the dialect cannot hold',
  SQL102: 'a regular expression that the dialect cannot say',
  SQL103: 'a dialect without regular expressions',
  SQL104: 'a dialect that cannot search all columns',
  SQL105: 'a value that the dialect cannot compute',
  SQL106: 'a stage or a sequence that the dialect cannot say',
  SQL107: 'a kind of test that SQL has no words for',
  SQL108: 'an IPv6 network in a dialect that cannot read addresses',
  SQL201: 'a part of a statement that is not understood',
  SQL202: 'rows that occur twice are not dropped',
  SQL301: 'a column holds NULL both for a missing field and for an empty one',
  SQL302: 'rows of a sequence may serve several results',
  SQL303: 'a condition on groups that may be true again without a row',
  SQL304: 'a value is read less exactly than the rule says',
}
