// The logs that speed is measured on: real Windows events where the data pack is, else the pack's own samples; and process creation alone, which meets most rules. Made the same every time.

import { closeSync, existsSync, openSync, readFileSync, writeSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { unzipSync } from 'fflate'
import { randomOf } from '../engine/mutate.ts'

const root = fileURLToPath(new URL('../../../../', import.meta.url))
const data = join(root, '..', 'shared', 'data')
/** Whether real logs and rules are there. */
export const present = existsSync(data)

/** All SigmaHQ rules where they are, else those of the bundled pack. */
export const rulePaths: readonly string[] = present
  ? ['rules', 'rules-emerging-threats', 'rules-threat-hunting', 'rules-compliance'].map(set => join(data, 'sigma-rules', set))
  : [join(root, 'packs', 't1572', 'rules')]

const sizes = { mixed: 350, processes: 200 } as const
/** `mixed`: whole captures as they are; `processes`: Sysmon 1 and Security 4688 only. */
export type Corpus = keyof typeof sizes

/** The path of a corpus, made when it is not there yet. */
export function corpusOf(kind: Corpus): string {
  const path = join(tmpdir(), `terrier-bench-${kind}-${present ? 'real' : 'own'}.jsonl`)
  if (existsSync(path)) return path
  const lines = kind === 'mixed' ? captured() : processes()
  const file = openSync(path, 'w')
  const most = sizes[kind] * 1_000_000
  let size = 0
  for (let at = 0; size < most; ) {
    const part: string[] = []
    for (let length = 0; length < 4_000_000 && size < most; at = (at + 1) % lines.length) {
      const line = `${lines[at]!}\n`
      part.push(line)
      length += line.length
      size += line.length
    }
    writeSync(file, part.join(''))
  }
  closeSync(file)
  return path
}

/** Every line of the captures, as it is. */
function captured(): readonly string[] {
  if (!present)
    return ['events.jsonl', 'security-4688.jsonl'].flatMap(name =>
      linesOf(readFileSync(join(root, 'packs', 't1572', 'samples', name))),
    )
  const { evaluated } = JSON.parse(readFileSync(join(data, 'expected', 'dev-security-datasets-hits-files.json'), 'utf8')) as {
    evaluated: { path: string }[]
  }
  return evaluated.flatMap(({ path }) =>
    /\.zip$/i.test(path)
      ? Object.entries(unzipSync(readFileSync(join(data, 'security-datasets', path))))
          .filter(([name, bytes]) => name.endsWith('.json') && bytes[0] === 123)
          .flatMap(([, bytes]) => linesOf(bytes))
      : [],
  )
}

function linesOf(bytes: Uint8Array): string[] {
  return Buffer.from(bytes)
    .toString('utf8')
    .split('\n')
    .filter(line => line.startsWith('{'))
}

const programs = [
  ['C:\\Windows\\System32\\svchost.exe', 'C:\\Windows\\System32\\svchost.exe -k netsvcs -p -s %'],
  [
    'C:\\Program Files (x86)\\Microsoft\\Edge\\Application\\msedge.exe',
    '"C:\\Program Files (x86)\\Microsoft\\Edge\\Application\\msedge.exe" --type=renderer --lang=en-GB --renderer-client-id=% --mojo-platform-channel-handle=%',
  ],
  ['C:\\Windows\\System32\\conhost.exe', '\\??\\C:\\Windows\\system32\\conhost.exe 0x%'],
  ['C:\\Program Files\\Git\\cmd\\git.exe', 'git.exe fetch origin +refs/heads/%:refs/remotes/origin/%'],
  ['C:\\Windows\\System32\\backgroundTaskHost.exe', '"C:\\Windows\\system32\\backgroundTaskHost.exe" -ServerName:App.AppX%.mca'],
  [
    'C:\\Program Files\\Microsoft Office\\root\\Office16\\OUTLOOK.EXE',
    '"C:\\Program Files\\Microsoft Office\\root\\Office16\\OUTLOOK.EXE" /eml "C:\\Users\\u%\\AppData\\Local\\Temp\\message %.eml"',
  ],
  ['C:\\Program Files\\nodejs\\node.exe', 'node.exe C:\\Users\\u%\\source\\build\\webpack.js --config production.% --watch'],
  ['C:\\Windows\\System32\\taskhostw.exe', 'taskhostw.exe Install $(Arg%)'],
  [
    'C:\\Users\\u7\\AppData\\Local\\Microsoft\\Teams\\current\\Teams.exe',
    '"C:\\Users\\u7\\AppData\\Local\\Microsoft\\Teams\\current\\Teams.exe" --type=gpu-process --field-trial-handle=%,%',
  ],
  [
    'C:\\Windows\\System32\\WindowsPowerShell\\v1.0\\powershell.exe',
    'powershell.exe -NoProfile -File C:\\Scripts\\inventory-%.ps1 -Site %',
  ],
] as const

/** Process creation: three in ten as captured, with other numbers, the rest of programs that every machine runs. */
function processes(): readonly string[] {
  const random = randomOf(4688)
  const real = captured().filter(
    line => /"EventID":\s?"?(?:1|4688)"?[,}]/.test(line) && /"CommandLine"|"NewProcessName"/.test(line),
  )
  const number = (): string => String(Math.floor(random() * 1_000_000))
  return Array.from({ length: 60_000 }, () => {
    const line = real[Math.floor(random() * real.length)]!
    const record = JSON.parse(line) as Record<string, unknown>
    const changed: Record<string, unknown> = { ...record }
    for (const key of ['ProcessId', 'ProcessID', 'ExecutionProcessID', 'RecordNumber', 'EventRecordID'])
      if (Object.hasOwn(changed, key)) changed[key] = typeof changed[key] === 'number' ? Number(number()) : number()
    if (random() >= 0.3) {
      const [image, command] = programs[Math.floor(random() * programs.length)]!
      const name = image.slice(image.lastIndexOf('\\') + 1)
      for (const key of ['Image', 'NewProcessName']) if (Object.hasOwn(changed, key)) changed[key] = image
      if (Object.hasOwn(changed, 'OriginalFileName')) changed.OriginalFileName = name
      changed.CommandLine = command.replace(/%/g, number)
    }
    return JSON.stringify(changed)
  })
}
