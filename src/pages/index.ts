// The catalog as pages: the whole site, or one page of it, for whoever serves them.

export { type Change, changesBetween, type Kept, readIndex } from './changes.ts'
export { detectionPage } from './detection/detection.tsx'
export { draw, type Page, policy, type Site } from './frame.tsx'
export { Markdown } from './markdown.tsx'
export { type Group, knownOf, type SiteFile, type SiteOptions, siteOf, type Told } from './site.ts'
export { type Checked, check, type Fault, idsOf } from './verify.ts'
