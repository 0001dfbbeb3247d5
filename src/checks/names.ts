// Rules that know a program by what its file is called, which whoever brings it chooses.

import { glob } from '../ir/glob.ts'
import type { Predicate } from '../ir/predicate.ts'
import { rewrite } from '../ir/walk.ts'
import { andMore, meaningCheck, quoted } from './meaning.ts'
import { commandColumn } from './mentions.ts'
import { broughtPrograms } from './programs.ts'
import { type Asked, asking, exchanged, matching, parting, type Question } from './question.ts'

const pages = {
  LNT314: {
    title: 'a rule that knows programs by their names alone',
    what: 'All that a rule asks is what the file of a program is called, and it is a program that is brought along.',
    why: 'Whoever brings the program names it. A copy called otherwise is missed, and so is every tool of the same kind that is not in the list.',
    bad: { language: 'sigma', text: "selection:\n  Image|endswith: '\\plink.exe'\ncondition: selection" },
    good: {
      language: 'sigma',
      text: "name:\n  Image|endswith: '\\plink.exe'\noriginal:\n  OriginalFileName: Plink\ncondition: name or original",
    },
  },
  LNT315: {
    title: 'a program that must be called by its name',
    what: 'A rule asks for what a program does, and beside it for the name of its file, without an alternative such as the original file name or a hash.',
    why: 'A renamed copy does the same and is missed, although the command line would show it.',
    bad: {
      language: 'sigma',
      text: "selection:\n  Image|endswith: '\\plink.exe'\n  CommandLine|contains: ':3389:'\ncondition: selection",
    },
    good: {
      language: 'sigma',
      text: "name:\n  Image|endswith: '\\plink.exe'\noriginal:\n  OriginalFileName: Plink\nrdp:\n  CommandLine|contains: ':3389:'\ncondition: (name or original) and rdp",
    },
  },
  LNT316: {
    title: 'a path where some sources keep the bare name',
    what: 'A column that holds a path in some sources and a bare file name in others is asked for the end of a path.',
    why: '"\\plink.exe" with its backslash is never the end of "plink.exe": those sources are never matched.',
    bad: {
      language: 'kql',
      text: 'imProcessCreate | where TargetProcessName endswith "\\\\plink.exe" | project TimeGenerated, Dvc',
    },
    good: {
      language: 'kql',
      text: 'imProcessCreate | where TargetProcessName endswith "\\\\plink.exe" or TargetProcessName =~ "plink.exe" | project TimeGenerated, Dvc',
    },
  },
  LNT319: {
    title: 'a renamed program is known by a field that many sources leave empty',
    what: 'A search over a data model knows a brought-along program by its name or its original file name.',
    why: 'Security event 4688 has no original file name, and a program that was built anew has another one: a renamed copy is missed there.',
    bad: {
      language: 'spl',
      text: '| tstats count from datamodel=Endpoint.Processes where (Processes.process_name=plink.exe OR Processes.original_file_name=Plink) Processes.process="* -R *" by Processes.dest',
    },
    good: {
      language: 'spl',
      text: '| tstats count from datamodel=Endpoint.Processes where Processes.process="* -R *" by Processes.dest',
    },
  },
} as const

type Tell = Parameters<Parameters<typeof meaningCheck>[2]>[2]

/** Columns that hold a program's file, and none of its other marks. */
const fileColumn =
  /(?:^|[._])(?:Image|ImageFileName|baseImage|full_path|NewProcessName|ProcessName|process_name|FileName|FolderPath|executable|exe|TargetProcessName|TargetProcessFilename|process_path|name)(?:\.(?:keyword|text|caseless))?$/i
/** Marks that stay when a file is renamed. */
const marks =
  /(?:^|[._])(?:OriginalFileName|original_file_name|ProcessVersionInfo\w*|Hashes|Imphash|imphash|md5|sha1|sha256|SHA\w*|MD5|Product|Description|Company|Signature|signer|hash|code_signature|subject_name|FileVersionInfo\w*)$/i

/** Parents and loaders are other programs than the one that is started. */
const other = /parent|initiating|acting|source|creator|target_?file|caller/i

/** Columns of ASIM that hold what the source has: a path, or a bare name. */
const eitherColumn = /^(?:TargetProcessName|ActingProcessName|ParentProcessName|Process)$/

export const names = meaningCheck('names', pages, (detection, questions, tell) => {
  for (const question of questions) {
    known(question, tell)
    if (/^sentinel-asim/.test(detection.schema)) bare(question, tell)
  }
})

/** The program that a test names by its file, where it is one that is brought along. */
function brought({ told, field, negated }: Asked): string | undefined {
  if (negated || field === undefined || !fileColumn.test(field) || other.test(field.replace(/^TargetProcess/, '')))
    return undefined
  if (told === undefined || (told.kind === 'text' && told.how !== 'whole' && told.how !== 'end')) return undefined
  const text = told.kind === 'regex' ? told.pattern.replaceAll('\\', '') : told.text
  const name = /([A-Za-z0-9_-]+)(?:\.exe)?\$?$/i.exec(text)?.[1]?.toLowerCase()
  return name !== undefined && Object.hasOwn(broughtPrograms, name) ? name : undefined
}

function known(question: Question, tell: Tell): void {
  const { tests } = question
  const wanted = tests.filter(({ negated }) => !negated)
  const naming = wanted.filter(asked => brought(asked) !== undefined)
  const [first] = naming
  if (first === undefined) return
  const same = (field: string | undefined): boolean => field !== undefined && fileColumn.test(field) && !marks.test(field)
  const marked = wanted.some(
    ({ field, told }) =>
      (field !== undefined && marks.test(field)) ||
      (told?.kind === 'text' && commandColumn.test(field ?? '') && /version|usage/i.test(told.text)),
  )
  const rest = wanted.filter(({ field }) => !same(field) && !(field !== undefined && selector.test(field)))
  const list = andMore(quoted(brought(first)!), new Set(naming.map(brought)).size)
  if (marked) {
    const [table] = [question.from.kind === 'table' ? question.from.name : '']
    const original = wanted.find(({ field }) => field !== undefined && /original_file_name$/.test(field))
    if (question.rules !== 'splunk' || !table.includes('.') || original === undefined || rest.length < 2) return
    const witness = renamed(question, [...naming, original])
    tell('LNT319', 'note', `${list} under another name is found only where the original file name is kept`, first.test, {
      hint: 'take command lines that only this program understands, whatever its name',
      witness,
    })
    return
  }
  // A list in which most programs belong to Windows is about what these do.
  const all = wanted.filter(({ field }) => same(field))
  if (naming.length * 2 < all.length) return
  const witness = renamed(question, naming)
  if (rest.length === 0)
    tell('LNT314', 'note', `${list} ${naming.length > 1 ? 'are' : 'is'} known by name alone`, first.test, {
      hint: 'add the original file name, a hash or what it does',
      witness,
    })
  else if (needed(question, naming))
    tell('LNT315', 'note', `${list} must be called so to be found`, first.test, {
      hint: 'add the original file name or a hash as an alternative',
      witness,
    })
}

const selector =
  /(?:^|[._])(?:event_?id|event_?code|code|channel|provider_?name|category|type|action|kind|dataset|module|sourcetype|source|index|platform|os)$/i

/** Whether nothing matches without one of these tests. */
function needed(question: Question, naming: readonly Asked[]): boolean {
  const tests = new Set<Predicate>(naming.map(({ test }) => test))
  const where = rewrite(question.where, { predicate: node => (tests.has(node) ? { kind: 'const', value: false } : node) })
  return matching({ ...question, where }) === 'none'
}

/** An event that the rule would match if the program were called by its name. */
function renamed(question: Question, naming: readonly Asked[]): ReturnType<typeof parting> {
  const tests = new Set<Predicate>(naming.map(({ test }) => test))
  const [first] = naming
  const where = rewrite(question.where, {
    predicate: node =>
      !tests.has(node)
        ? node
        : node === first!.test
          ? asking(first!, {
              kind: 'glob',
              glob: glob([
                ...(first!.told?.kind === 'text' && first!.told.how === 'end' ? [{ wild: 'any' } as const, '\\'] : []),
                'renamed.exe',
              ]),
              fold: true,
            })
          : { kind: 'const', value: false },
  })
  return parting(question, where, false)
}

function bare(question: Question, tell: Tell): void {
  const flawed = question.tests.filter(
    ({ told, field, negated }) =>
      !negated &&
      field !== undefined &&
      eitherColumn.test(field) &&
      told?.kind === 'text' &&
      told.how === 'end' &&
      /^\\[^\\]+$/.test(told.text),
  )
  const [first] = flawed
  if (first?.told?.kind !== 'text') return
  const name = first.told.text.slice(1)
  const otherTest = asking(first, { kind: 'glob', glob: glob([name]), fold: true })
  tell(
    'LNT316',
    'note',
    `"${first.field}" is a bare file name in some sources, and ${quoted(first.told.text)} is the end of a path`,
    first.test,
    {
      hint: `take ${quoted(name)} alone, too`,
      witness: parting(question, exchanged(question.where, first.test, otherTest), false),
    },
  )
}
