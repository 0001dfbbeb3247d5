// Expressions of RE2 as JavaScript reads them: flags at the front, characters by their code, and the end of a text.

/** An expression that starts with its flags (`(?is)`); `folds` is case ignored from outside. */
export function asRegExp(pattern: string, folds = false): RegExp {
  const [, flags, body] = /^\(\?([is]+)\)([\s\S]*)$/.exec(pattern)!
  return new RegExp(
    body!.replace(/\\x\{/g, '\\u{').replace(/\\z$/, '$'),
    `u${flags!.replace('i', '')}${folds || flags!.includes('i') ? 'i' : ''}`,
  )
}
