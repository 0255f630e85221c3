/**
 * Keeps `capability/shapes.json` in step with Twilio's published description of Conversations.
 *
 *   npm run spec:update [-- FILE]   writes the file anew, from FILE or from the npm package that carries it
 *   npm run spec:check -- FILE      says what FILE would change; exit code 1 when anything
 */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { loadCapability } from '../load.js';
import { packagedShapes, type ShapesFile } from '../shapes.js';
import { compareShapes } from './compare.js';
import { convertSpec, type OpenApiFile } from './convert.js';

const CARRIER = '@twilio/cli-core@9.0.0';
const CARRIED = 'package/src/services/twilio-api/twilio_conversations_v1.json';

/** What the commands work on; the package's own unless a test says otherwise. */
export interface SpecTarget {
  readonly shapesFile: string;
  /** The operations whose facts are taken. */
  readonly names: readonly string[];
}

/** Runs one of the two commands; `output` is for stdout. */
export function runSpec(
  [command, file]: readonly string[],
  { shapesFile, names }: SpecTarget = packagedTarget(),
): { output: string; exitCode: number } {
  const read = (from: string) =>
    convertSpec(JSON.parse(readFileSync(from, 'utf8')) as OpenApiFile, basename(from), names);
  if (command === 'update') {
    const shapes = file === undefined ? withCarriedSpec(read) : read(file);
    writeFileSync(shapesFile, `${JSON.stringify(shapes, null, 2)}\n`);
    return { output: `${shapesFile}: ${Object.keys(shapes.operations).length} operations\n`, exitCode: 0 };
  }
  if (command === 'check' && file !== undefined) {
    const lines = compareShapes(JSON.parse(readFileSync(shapesFile, 'utf8')) as ShapesFile, read(file));
    if (lines.length === 0) return { output: 'Nothing changed.\n', exitCode: 0 };
    const next = `${lines.length} ${lines.length === 1 ? 'change' : 'changes'}. Take them with: npm run spec:update -- ${file}`;
    return { output: `${lines.join('\n')}\n${next}\n`, exitCode: 1 };
  }
  return { output: 'Use: npm run spec:update [-- FILE] | npm run spec:check -- FILE\n', exitCode: 2 };
}

function packagedTarget(): SpecTarget {
  return { shapesFile: packagedShapes, names: loadCapability().operations.map((operation) => operation.name) };
}

/** The description as npm has it. The package is unpacked and thrown away: it is no dependency of ours. */
function withCarriedSpec<T>(use: (file: string) => T): T {
  const folder = mkdtempSync(join(tmpdir(), 'understudy-spec-'));
  try {
    const shell = process.platform === 'win32'; // npm is a script there.
    execFileSync('npm', ['pack', CARRIER, '--silent', '--pack-destination', folder], {
      shell,
      stdio: ['ignore', 'ignore', 'inherit'],
    });
    const [packed = ''] = readdirSync(folder);
    execFileSync('tar', ['-xzf', packed, CARRIED], { cwd: folder });
    return use(join(folder, CARRIED));
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

// A repository below a symbolic link has two names.
if (process.argv[1] !== undefined && import.meta.filename === realpathSync(process.argv[1])) {
  const { output, exitCode } = runSpec(process.argv.slice(2));
  process.stdout.write(output);
  process.exitCode = exitCode;
}
