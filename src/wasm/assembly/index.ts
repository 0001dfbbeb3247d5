// What JavaScript can call. No memory is allotted here and nothing is kept but what the two files below say.

export { breaks, isUtf8, keyEnd, keyFrom, keyIn, lineFrom, takeLines } from './json.ts'
export {
  ask,
  candidates,
  current,
  family,
  hash4,
  hash8,
  hashAll,
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
export { entry, moveTo, row, setNodes, setRows } from './tape.ts'
export { setText } from './text.ts'
