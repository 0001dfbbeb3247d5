// What JavaScript can call. No memory is allotted here and nothing is kept but what the files below say.

export { breaks, isUtf8, keyEnd, keyFrom, keyIn, lineFrom, takeLines } from './json.ts'
export {
  ask,
  current,
  family,
  indexRow,
  keyHash,
  keyLength,
  next,
  plan,
  remember,
  setMatcher,
  shapeOf,
  strangers,
} from './match.ts'
export { candidates, hash2, hash4, hash8, hashAll } from './search.ts'
export { entry, moveTo, row, setNodes, setRows } from './tape.ts'
export { setText } from './text.ts'
