// The facts of detections and collections, for whoever draws them.

export type * from './collection.ts'
export type * from './entry.ts'
