// Files for users of the library: rules and logs by path, and hunts over them.

export { eventSources } from './files.ts'
export { bundledRules } from './package.ts'
export { type HuntFilesOptions, huntFiles, logFiles, readRuleFiles } from './paths.ts'
export { ruleSources } from './rulefiles.ts'
