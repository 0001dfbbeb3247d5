// Tests that a rule brings with it: only such as must fire.

import { inDocument, meaningCheck } from './meaning.ts'

const pages = {
  LNT298: {
    title: 'a rule without a test that must be silent',
    what: 'A rule brings tests, and all of them must fire.',
    why: 'A rule that fires for everything passes them, too. The near miss beside each case is what shows that the rule tells things apart.',
    bad: {
      language: 'sigma',
      text: "detection:\n  selection:\n    CommandLine|contains: ':3389:'\n  condition: selection\ntests:\n  - name: a tunnel\n    expect: alert\n    events:\n      - {CommandLine: 'x -L 1:h:3389:'}",
    },
    good: {
      language: 'sigma',
      text: "detection:\n  selection:\n    CommandLine|contains: ':3389:'\n  condition: selection\ntests:\n  - name: a tunnel\n    expect: alert\n    events:\n      - {CommandLine: 'x -L 1:h:3389:'}\n  - name: no tunnel\n    expect: silence\n    events:\n      - {CommandLine: 'mstsc /v:h:3389'}",
    },
  },
} as const

export const trials = meaningCheck('trials', pages, (detection, _, tell) => {
  const { tests, written } = detection
  // The format of Splunk's security content has no such test, so that it says nothing of a rule.
  if (tests.length === 0 || /^escu/.test(written.rules) || tests.some(({ expect }) => expect === 'silence')) return
  const at = written.document.text.search(/^tests\s*:/m)
  tell(
    'LNT298',
    'note',
    'every test of this rule must fire, and none must be silent',
    at === -1 ? undefined : inDocument(at, at + 5),
    {
      hint: 'add an event that nearly matches',
    },
  )
})
