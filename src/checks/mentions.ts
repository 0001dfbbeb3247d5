// Which programs the texts of a question speak of.

import type { Question } from './question.ts'

const kept = new WeakMap<Question, ReadonlySet<string>>()

/** The words of the texts and patterns that a question wants, in small letters: parts of paths without their endings among them. */
export function wordsOf(question: Question): ReadonlySet<string> {
  const before = kept.get(question)
  if (before !== undefined) return before
  const words = new Set<string>()
  for (const { told, negated } of question.tests) {
    if (told === undefined || negated) continue
    const text = (told.kind === 'regex' ? told.pattern.replace(/\\[a-zA-Z]|\\/g, ' ') : told.text).toLowerCase()
    for (const [word] of text.matchAll(/[a-z0-9_][a-z0-9_-]*/g)) words.add(word)
  }
  kept.set(question, words)
  return words
}

const programs = new WeakMap<Question, ReadonlySet<string>>()

/** The programs that a question speaks of: what columns of programs are compared with, what ends in `.exe`, and texts that are one word. */
function programsOf(question: Question): ReadonlySet<string> {
  const before = programs.get(question)
  if (before !== undefined) return before
  const found = new Set<string>()
  for (const { told, field, negated } of question.tests) {
    if (told === undefined || negated) continue
    const text = (told.kind === 'regex' ? told.pattern.replace(/\\([^a-zA-Z])/g, '$1') : told.text).toLowerCase()
    for (const [, name] of text.matchAll(/([a-z0-9_-]+)\.exe/g)) found.add(name!)
    const only = /^[\s"'\\/]*([a-z0-9_-]{2,})[\s"']*$/.exec(text)?.[1]
    if (only !== undefined && told.kind !== 'regex' && (only.length > 2 || (field !== undefined && programColumn.test(field))))
      found.add(only)
  }
  programs.set(question, found)
  return found
}

/** Whether a question speaks of one of these programs. */
export function mentions(question: Question, names: readonly string[]): boolean {
  const found = programsOf(question)
  return names.some(name => found.has(name))
}

/** Columns that hold a program's name or path, by the last part of their names. */
export const programColumn =
  /^(?:.*[._])?(?:Image|ImageFileName|baseImage|full_path|NewProcessName|ProcessName|process_name|FileName|FolderPath|executable|exe|TargetProcessName|TargetProcessFilename|ActingProcessName|process_path|process\.name|InitiatingProcessFileName|InitiatingProcessFolderPath|Process|OriginalFileName|original_file_name)(?:\.(?:keyword|text|caseless))?$/i

/** Columns that hold a command line. */
export const commandColumn =
  /^(?:.*[._])?(?:CommandLine|commandLine|ProcessCommandLine|command_line|cmdline|process|TargetProcessCommandLine|InitiatingProcessCommandLine|ParentCommandLine|args|process\.args|Process_Command_Line|InitiatingProcessCommandLine|command)(?:\.(?:keyword|text|caseless))?$/i
