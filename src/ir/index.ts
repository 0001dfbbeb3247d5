// The types of meaning and their constructors, for users.

export * from './detection.ts'
export * from './dump.ts'
export * from './event.ts'
export * from './glob.ts'
export * from './logic.ts'
export * from './pipeline.ts'
export * from './predicate.ts'
export { portableRegex, printRegex, type RegexTree, readPortable, requiredLiterals } from './regex.ts'
export * from './time.ts'
export { fieldsUsed, opaqueParts, type Rewriter, rewrite, skip, type Tree, type Visitor, visit } from './walk.ts'
