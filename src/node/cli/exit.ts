// Exit codes of the contract and their precedence.

/** What each exit code means. */
export const exits: Readonly<Record<number, string>> = {
  0: 'done',
  1: 'findings that --fail-on names, failed tests, lint errors',
  2: 'wrong usage',
  3: 'none of the rules could be read',
  4: 'none of the logs could be read',
  5: 'finished, but some rule or record was skipped and --strict was given',
  130: 'interrupted',
}

const order = [130, 2, 3, 4, 5, 1]

/** The exit code to report when several apply: 130, 2, 3, 4, 5, 1, else 0. */
export function exitCode(codes: readonly number[]): number {
  return order.find(code => codes.includes(code)) ?? 0
}
