// What `terrier help CODE` says of the findings in Sigma documents: what is found, why it matters, a fragment of a rule that has it beside one that does not. Data only.

import type { Page } from './check.ts'

type Told = Omit<Page, 'title' | 'bad' | 'good'> & { readonly bad: string; readonly good: string }

const told: Readonly<Record<string, Told>> = {
  LNT201: {
    what: 'A title, name, taxonomy or description is longer than the specification allows.',
    why: 'Tools that hold to the specification cut it or refuse the rule.',
    bad: `title: ${'long '.repeat(60)}`,
    good: 'title: Plink forwards a port',
  },
  LNT202: {
    what: 'A key that readers of a rule rely on is missing or empty.',
    why: 'Without an id nobody can refer to the rule, without a level nobody can sort its alerts, without an author nobody can be asked.',
    bad: 'description: ""',
    good: 'description: Finds plink that forwards a port',
  },
  LNT203: {
    what: 'The id is not a UUID.',
    why: 'The specification asks for a random UUID (version 4), and collections tell rules apart by it.',
    bad: 'id: my-rule-1',
    good: 'id: 5f3c1d7e-2a4b-4c6d-9e8f-0a1b2c3d4e5f',
  },
  LNT204: {
    what: 'A date is not written YYYY-MM-DD.',
    why: 'Since version 2 of the specification dates are ISO 8601; "2024/01/05" sorts and compares otherwise.',
    bad: 'date: 2024/01/05',
    good: 'date: 2024-01-05',
  },
  LNT205: {
    what: 'The rule was modified before it was written.',
    why: 'One of the two dates is wrong, and who syncs by date misses the change.',
    bad: 'date: 2024-01-05\nmodified: 2023-12-31',
    good: 'date: 2024-01-05\nmodified: 2024-02-01',
  },
  LNT206: {
    what: 'A tag is not a name space, a dot and a name in small letters, or names no tactic or technique in the form that is used.',
    why: 'Coverage maps and exports do not find it.',
    bad: 'tags: [attack.T1572]',
    good: 'tags: [attack.t1572]',
  },
  LNT207: {
    what: 'A related rule has no id, no UUID as its id, or a relation that does not exist.',
    why: 'Nobody can follow the relation.',
    bad: 'related: [{id: 0f5e7f2c-53f5-4a0b-9d4a-54f6c7c3f112, type: derivd}]',
    good: 'related: [{id: 0f5e7f2c-53f5-4a0b-9d4a-54f6c7c3f112, type: derived}]',
  },
  LNT208: {
    what: 'The list of false positives has an entry that says nothing.',
    why: 'Who handles the alert wants to know what else looks like this; "none" is hardly ever true.',
    bad: 'falsepositives: [none]',
    good: 'falsepositives: [Administrators who reach servers through a jump host]',
  },
  LNT209: {
    what: 'A list of tags, references, authors, fields or false positives holds a value twice.',
    why: 'It was pasted twice, or one of the two was meant to be another.',
    bad: 'tags: [attack.t1572, attack.t1572]',
    good: 'tags: [attack.t1572, attack.t1090]',
  },
  LNT210: {
    what: 'A key at the top of a rule is nearly one of the specification.',
    why: 'Keys of your own are allowed, so nobody complains, and what it says is not read.',
    bad: 'reference: [https://example.com]',
    good: 'references: [https://example.com]',
  },
  LNT220: {
    what: 'A part of the log source has capitals or blanks.',
    why: 'Log sources are compared as they are written; "Process Creation" is none that anybody knows.',
    bad: 'logsource: {category: Process Creation, product: windows}',
    good: 'logsource: {category: process_creation, product: windows}',
  },
  LNT221: {
    what: 'A rule of a category asks for the event id that the category stands for, or for another one.',
    why: 'The same id again binds the rule to Sysmon, although other sources have such events, too; another id can never be there.',
    bad: 'detection: {s: {EventID: 4688, CommandLine: x}, condition: s}',
    good: 'detection: {s: {CommandLine: x}, condition: s}',
  },
  LNT222: {
    what: 'A rule names the service sysmon and an event id that is a category of its own.',
    why: 'With the category it can be asked of other sources of the same events.',
    bad: 'logsource: {product: windows, service: sysmon}\ndetection: {s: {EventID: 10, CallTrace: x}, condition: s}',
    good: 'logsource: {product: windows, category: process_access}\ndetection: {s: {CallTrace: x}, condition: s}',
  },
  LNT223: {
    what: 'An attribute of the log source is nearly one of the specification.',
    why: 'Attributes of your own are allowed, so the rule is read without its log source.',
    bad: 'logsource: {catgory: process_creation, product: windows}',
    good: 'logsource: {category: process_creation, product: windows}',
  },
  LNT230: {
    what: 'The modifier "all" stands at a single value.',
    why: 'It has nothing to join, and some converters refuse it.',
    bad: "detection:\n  selection:\n    CommandLine|contains|all: ' -R '\n  condition: selection",
    good: "detection:\n  selection:\n    CommandLine|contains: ' -R '\n  condition: selection",
  },
  LNT231: {
    what: 'A modifier stands twice at one field.',
    why: 'One of them was meant to be another.',
    bad: "detection:\n  selection:\n    CommandLine|contains|contains: ' -R '\n  condition: selection",
    good: "detection:\n  selection:\n    CommandLine|contains|cased: ' -R '\n  condition: selection",
  },
  LNT232: {
    what: 'The modifier "base64offset" stands without one that says where in the field the text is.',
    why: 'What it makes are fragments, and the whole field is never only a fragment.',
    bad: 'detection:\n  selection:\n    CommandLine|base64offset: IEX\n  condition: selection',
    good: 'detection:\n  selection:\n    CommandLine|base64offset|contains: IEX\n  condition: selection',
  },
  LNT233: {
    what: 'A field would have to be equal to each of several values.',
    why: 'Only a field with several values can be; most often "contains|all" was meant.',
    bad: 'detection:\n  selection:\n    CommandLine|all: [plink, putty]\n  condition: selection',
    good: 'detection:\n  selection:\n    CommandLine|contains|all: [plink, putty]\n  condition: selection',
  },
  LNT234: {
    what: 'A regular expression is plain text.',
    why: '"contains|cased" says the same, is faster nearly everywhere and can be converted to more languages.',
    bad: 'detection:\n  selection:\n    CommandLine|re: plink\n  condition: selection',
    good: 'detection:\n  selection:\n    CommandLine|contains|cased: plink\n  condition: selection',
  },
  LNT235: {
    what: 'The dot before the ending of a file or a host name is not escaped in a regular expression.',
    why: 'A dot is any character: "plink.exe" also finds "plinkXexe".',
    bad: 'detection:\n  selection:\n    CommandLine|re: (a|b)link.exe\n  condition: selection',
    good: 'detection:\n  selection:\n    CommandLine|re: (a|b)link\\.exe\n  condition: selection',
  },
  LNT236: {
    what: 'The modifier "windash" stands at values without a dash or slash before a word.',
    why: 'It changes nothing; perhaps the dash was forgotten.',
    bad: 'detection:\n  selection:\n    CommandLine|windash|contains: plink\n  condition: selection',
    good: "detection:\n  selection:\n    CommandLine|windash|contains: ' -accepteula'\n  condition: selection",
  },
  LNT237: {
    what: 'A regular expression begins or ends with ".*".',
    why: 'It is searched for anywhere in the field already; the run only costs time.',
    bad: "detection:\n  selection:\n    CommandLine|re: '.*pl[io]nk'\n  condition: selection",
    good: "detection:\n  selection:\n    CommandLine|re: 'pl[io]nk'\n  condition: selection",
  },
  LNT240: {
    what: 'A list holds a value twice, perhaps in other letters.',
    why: 'Sigma ignores case, so "-R" and "-r" are one value: the list finds less than it seems to, or "cased" was forgotten.',
    bad: 'detection:\n  selection:\n    CommandLine|contains: [plink, PLINK]\n  condition: selection',
    good: 'detection:\n  selection:\n    CommandLine|contains: [plink, putty]\n  condition: selection',
  },
  LNT241: {
    what: 'A value is part of another one of its list, so that one of the two changes nothing.',
    why: 'Whatever holds the longer one holds the shorter one, too. One of them was meant otherwise, or can go.',
    bad: 'detection:\n  selection:\n    CommandLine|contains: [plink, plink.exe]\n  condition: selection',
    good: 'detection:\n  selection:\n    CommandLine|contains: [plink, putty]\n  condition: selection',
  },
  LNT242: {
    what: 'A value has stars at its ends where a modifier says the same.',
    why: '"contains", "startswith" and "endswith" are read at a glance, and a star inside the value stays what it is.',
    bad: "detection:\n  selection:\n    CommandLine: '*plink*'\n  condition: selection",
    good: 'detection:\n  selection:\n    CommandLine|contains: plink\n  condition: selection',
  },
  LNT243: {
    what: 'A value has the star that its modifier adds.',
    why: 'It says the same twice.',
    bad: "detection:\n  selection:\n    CommandLine|contains: '*plink'\n  condition: selection",
    good: "detection:\n  selection:\n    CommandLine|contains: 'plink'\n  condition: selection",
  },
  LNT244: {
    what: 'Several stars stand in a row.',
    why: 'They are one, and something between them may have been lost.',
    bad: "detection:\n  selection:\n    CommandLine: 'a**b'\n  condition: selection",
    good: "detection:\n  selection:\n    CommandLine: 'a*b'\n  condition: selection",
  },
  LNT245: {
    what: 'A share begins with two backslashes in the value.',
    why: 'Before another backslash a backslash escapes it, so that only one is looked for.',
    bad: "detection:\n  selection:\n    CommandLine|contains: '\\\\server\\share'\n  condition: selection",
    good: "detection:\n  selection:\n    CommandLine|contains: '\\\\\\\\server\\share'\n  condition: selection",
  },
  LNT246: {
    what: 'A backslash of a path stands before a star or question mark.',
    why: 'It makes an ordinary character of the wildcard, and the file is looked for that has a star in its name.',
    bad: "detection:\n  selection:\n    CommandLine|contains: 'C:\\Temp\\*.exe'\n  condition: selection",
    good: "detection:\n  selection:\n    CommandLine|contains: 'C:\\Temp\\\\*.exe'\n  condition: selection",
  },
  LNT247: {
    what: 'A value holds a control character, a blank that is none, or a character without width.',
    why: 'It was pasted in, nobody sees it, and logs do not have it.',
    bad: 'detection:\n  selection:\n    CommandLine|contains: "pl\u200bink"\n  condition: selection',
    good: 'detection:\n  selection:\n    CommandLine|contains: "plink"\n  condition: selection',
  },
  LNT248: {
    what: 'A value holds a typographic dash or quotation mark.',
    why: 'Text processors put them in; command lines hardly ever have them.',
    bad: 'detection:\n  selection:\n    CommandLine|contains: " –R"\n  condition: selection',
    good: 'detection:\n  selection:\n    CommandLine|contains: " -R"\n  condition: selection',
  },
  LNT249: {
    what: 'The end of a path is a name without the backslash in front.',
    why: '"plink.exe" is also the end of "xplink.exe".',
    bad: 'detection:\n  selection:\n    Image|endswith: plink.exe\n  condition: selection',
    good: "detection:\n  selection:\n    Image|endswith: '\\plink.exe'\n  condition: selection",
  },
  LNT250: {
    what: 'A field that holds a whole path is compared with a bare name.',
    why: 'The two are never equal.',
    bad: 'detection:\n  selection:\n    Image: plink.exe\n  condition: selection',
    good: "detection:\n  selection:\n    Image|endswith: '\\plink.exe'\n  condition: selection",
  },
  LNT252: {
    what: 'A list holds both null and the empty text.',
    why: 'The specification does not allow it, and products do not agree on what it means.',
    bad: "detection:\n  selection:\n    CommandLine: ['', null]\n  condition: selection",
    good: "detection:\n  empty:\n    CommandLine: ''\n  absent:\n    CommandLine: null\n  condition: empty or absent",
  },
  LNT260: {
    what: '"them" stands in the condition of a rule with one search identifier.',
    why: 'It reads as if there were several.',
    bad: 'detection:\n  selection:\n    CommandLine: x\n  condition: all of them',
    good: 'detection:\n  selection:\n    CommandLine: x\n  condition: selection',
  },
  LNT261: {
    what: '"and" and "or" stand side by side without parentheses.',
    why: '"and" binds closer in Sigma; not every reader and not every language agrees.',
    bad: 'detection:\n  a:\n    CommandLine: x\n  b:\n    CommandLine: y\n  c:\n    User: z\n  condition: a or b and c',
    good: 'detection:\n  a:\n    CommandLine: x\n  b:\n    CommandLine: y\n  c:\n    User: z\n  condition: (a or b) and c',
  },
  LNT262: {
    what: 'Two search identifiers say the same.',
    why: 'One was copied and not changed.',
    bad: 'detection:\n  a:\n    CommandLine: x\n  b:\n    CommandLine: x\n  condition: a or b',
    good: 'detection:\n  a:\n    CommandLine: x\n  b:\n    CommandLine: y\n  condition: a or b',
  },
  LNT263: {
    what: 'A condition asks for a search identifier and rules it out.',
    why: 'The rule can never fire.',
    bad: 'detection:\n  a:\n    CommandLine: x\n  condition: a and not a',
    good: 'detection:\n  a:\n    CommandLine: x\n  b:\n    User: y\n  condition: a and not b',
  },
  LNT264: {
    what: 'A correlation has no "group-by".',
    why: 'Events of all hosts and users count together: five people with one failed login each are five failed logins.',
    bad: 'correlation: {type: event_count, rules: [a], timespan: 5m, condition: {gte: 3}}',
    good: 'correlation: {type: event_count, rules: [a], timespan: 5m, group-by: [User], condition: {gte: 3}}',
  },
  LNT270: {
    what: 'A field is one letter or its case away from a field of the log source.',
    why: 'A field that does not exist is no error. The rule never fires.',
    bad: 'detection:\n  selection:\n    Commandline|contains: plink\n  condition: selection',
    good: 'detection:\n  selection:\n    CommandLine|contains: plink\n  condition: selection',
  },
}

/** The pages of checks of Sigma documents, without the titles, which their codes have. */
export const sigmaPages: Readonly<Record<string, Omit<Page, 'title'>>> = Object.fromEntries(
  Object.entries(told).map(([code, { what, why, bad, good }]) => [
    code,
    { what, why, bad: { language: 'sigma', text: bad }, good: { language: 'sigma', text: good } },
  ]),
)
