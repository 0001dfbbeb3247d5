// Case folding, decided in one place: Unicode simple case folding (CaseFolding.txt, statuses C and S), locale independent, length-preserving in code points.

/** Characters whose simple folding is not their lower case. Lower case of U+0130 is two characters, so simple folding leaves it alone. */
const special: Readonly<Record<string, string>> = {
  µ: 'μ',
  ſ: 's',
  ς: 'σ',
  ϐ: 'β',
  ϑ: 'θ',
  ϕ: 'φ',
  ϖ: 'π',
  ϰ: 'κ',
  ϱ: 'ρ',
  ϵ: 'ε',
  ẛ: 'ṡ',
  '\u0345': 'ι',
  // Written by number: normalisation of this file would make another letter of it.
  '\u1fbe': 'ι',
  '\u1c80': 'в',
  '\u1c81': 'д',
  '\u1c82': 'о',
  '\u1c83': 'с',
  '\u1c84': 'т',
  '\u1c85': 'т',
  '\u1c86': 'ъ',
  '\u1c87': 'ѣ',
  '\u1c88': 'ꙋ',
  İ: 'İ',
}

/** Strings of Latin-1 are stored as bytes, of which this is told at once. */
const beyondLatin1 = /[\u0100-\uffff]/

/** A text folded for comparison without case: U+212A KELVIN SIGN folds to `k`, U+017F to `s`, U+0130 (dotted I) to itself. */
export function fold(text: string): string {
  // Of Latin-1 the micro sign alone does not fold to its lower case.
  if (!beyondLatin1.test(text) && !text.includes('µ')) return text.toLowerCase()
  let out = ''
  for (const character of text) {
    const other = special[character]
    if (other !== undefined) out += other
    else {
      const lower = character.toLowerCase()
      out += lower.length === character.length ? lower : character
    }
  }
  return out
}
