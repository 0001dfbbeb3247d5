// Files for users of the library: rules and logs by path, and hunts over them.

export { bundledRules } from './cli/package.ts'
export { eventSources } from './files.ts'
export { type HuntFilesOptions, huntFiles, logFiles, readRuleFiles } from './paths.ts'
export { ruleSources } from './rulefiles.ts'
