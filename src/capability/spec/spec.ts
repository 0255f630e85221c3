/**
 * Keeps `capability/shapes.json` in step with Twilio's OpenAPI description of Conversations.
 *
 *   npm run spec:update [-- FILE]   rewrites it from FILE; default: the file in Twilio's npm package
 *   npm run spec:check -- FILE      lists what FILE would change; exit code 1 if anything
 */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { loadCapability } from '../load.js';
import { packagedShapes, type ShapesFile } from '../shapes.js';
import { compareShapes } from './compare.js';
import { convertSpec, type OpenApiFile, type WantedOperation } from './convert.js';

/** The npm package that contains Twilio's description, and the file's path in it. */
const SPEC_PACKAGE = '@twilio/cli-core@9.0.0';
const SPEC_FILE = 'package/src/services/twilio-api/twilio_conversations_v1.json';

export interface SpecTarget {
  readonly shapesFile: string;
  readonly operations: readonly WantedOperation[];
}

/** Runs a command. Default target: the packaged shapes file, and all operations of the packaged capability. */
export function runSpec(
  [command, file]: readonly string[],
  { shapesFile, operations }: SpecTarget = packagedTarget(),
): { output: string; exitCode: number } {
  const read = (from: string) =>
    convertSpec(JSON.parse(readFileSync(from, 'utf8')) as OpenApiFile, basename(from), operations);
  if (command === 'update') {
    const shapes = file === undefined ? withPublishedSpec(read) : read(file);
    writeFileSync(shapesFile, `${JSON.stringify(shapes, null, 2)}\n`);
    return { output: `${shapesFile}: ${Object.keys(shapes.operations).length} operations\n`, exitCode: 0 };
  }
  if (command === 'check' && file !== undefined) {
    const lines = compareShapes(JSON.parse(readFileSync(shapesFile, 'utf8')) as ShapesFile, read(file));
    if (lines.length === 0) return { output: 'Nothing would change.\n', exitCode: 0 };
    const next = `${lines.length} ${lines.length === 1 ? 'change' : 'changes'}. To apply: npm run spec:update -- ${file}`;
    return { output: `${lines.join('\n')}\n${next}\n`, exitCode: 1 };
  }
  return { output: 'Usage: npm run spec:update [-- FILE] | npm run spec:check -- FILE\n', exitCode: 2 };
}

function packagedTarget(): SpecTarget {
  return { shapesFile: packagedShapes, operations: loadCapability().operations };
}

/** Downloads the npm package to a temporary folder, so that it need not be a dependency. */
function withPublishedSpec<T>(use: (file: string) => T): T {
  const folder = mkdtempSync(join(tmpdir(), 'understudy-spec-'));
  try {
    const shell = process.platform === 'win32'; // npm is a batch file on Windows.
    execFileSync('npm', ['pack', SPEC_PACKAGE, '--silent', '--pack-destination', folder], {
      shell,
      stdio: ['ignore', 'ignore', 'inherit'],
    });
    const [packed = ''] = readdirSync(folder);
    execFileSync('tar', ['-xzf', packed, SPEC_FILE], { cwd: folder });
    return use(join(folder, SPEC_FILE));
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

// `import.meta.filename` has symbolic links resolved; argv has not.
if (process.argv[1] !== undefined && import.meta.filename === realpathSync(process.argv[1])) {
  const { output, exitCode } = runSpec(process.argv.slice(2));
  process.stdout.write(output);
  process.exitCode = exitCode;
}
