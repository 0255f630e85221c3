import { existsSync } from 'node:fs';
import { UnderstudyError } from '../core/errors.js';
import type { CliCommand } from './command.js';
import { nonEmpty } from './option-values.js';

export interface CheckSettings {
  readonly file: string;
  readonly json: boolean;
}

export interface RepairSettings {
  readonly file: string;
  /** Undefined: FILE.repaired. */
  readonly out: string | undefined;
}

/** `understudy data check` */
export const checkData: CliCommand<CheckSettings> = {
  name: 'data check',
  description: 'say whether a server can start with a data file; changes nothing',
  helpGroup: 'Files:',
  examples: ['understudy data check worlds.json'],
  configure(command) {
    command.argument('<file>', 'the file of --data').option('--json', 'print JSON');
  },
  readSettings: (command) => ({ file: command.args[0] ?? '', json: command.opts<{ json?: boolean }>().json === true }),
  async run({ file, json }) {
    const { checkFiles } = await import('../backends/simulator/storage/check-files.js');
    const { schema } = await loadSchema();
    const report = await withLock(file, (paths) => checkFiles(paths, schema));
    process.stdout.write(json ? `${JSON.stringify(report, null, 2)}\n` : linesOf(report, file));
    return report.problem === undefined ? 0 : 1;
  },
};

/** `understudy data repair` */
export const repairData: CliCommand<RepairSettings> = {
  name: 'data repair',
  description: 'write what is readable in a damaged data file to a new one; changes nothing else',
  helpGroup: 'Files:',
  examples: ['understudy data repair worlds.json', 'understudy data repair worlds.json --out rescued.json'],
  configure(command) {
    command
      .argument('<file>', 'the file of --data')
      .option('--out <file>', 'the new file (default: FILE.repaired)', nonEmpty);
  },
  readSettings: (command) => ({ file: command.args[0] ?? '', out: command.opts<{ out?: string }>().out }),
  async run({ file, out = `${file}.repaired` }) {
    const { rescueFiles } = await import('../backends/simulator/storage/rescue.js');
    const { dataPathsOf } = await import('../backends/simulator/storage/data-path.js');
    const { schema } = await loadSchema();
    const target = dataPathsOf(out);
    for (const path of [target.document, target.log]) {
      if (existsSync(path)) throw badOption(`${path} exists already: delete it, or choose another file with --out`);
    }
    const { worlds, records, notes, media } = await withLock(file, async (paths) => {
      if (![paths.document, paths.log, paths.nextLog].some((path) => existsSync(path))) throw missing(file);
      return {
        ...(await rescueFiles(paths, target, schema)),
        media: existsSync(paths.media) ? paths.media : undefined,
      };
    });
    const next = [`${out} has ${count(worlds, 'world')} with ${count(records, 'record')}. Start with --data ${out}.`];
    if (media !== undefined) next.push(`Its media are in ${media}: copy this folder to ${target.media}.`);
    process.stdout.write([...notes, ...next, ''].join('\n'));
    return 0;
  },
};

async function loadSchema() {
  const { conversationsProduct } = await import('../backends/simulator/conversations/product.js');
  return conversationsProduct;
}

type Paths = Parameters<typeof import('../backends/simulator/storage/check-files.js').checkFiles>[0];

/** Reads while no server writes. */
async function withLock<T>(file: string, read: (paths: Paths) => Promise<T>): Promise<T> {
  const { dataPathsOf } = await import('../backends/simulator/storage/data-path.js');
  const { lockFile } = await import('../backends/simulator/storage/file-lock.js');
  const paths = dataPathsOf(file);
  const lock = await lockFile(paths.lock, file).catch((error: unknown) => {
    // Nobody writes in a folder that is read-only or missing.
    if (error instanceof UnderstudyError) throw error;
    return undefined;
  });
  try {
    return await read(paths);
  } finally {
    lock?.release();
  }
}

function linesOf(
  report: Awaited<ReturnType<typeof import('../backends/simulator/storage/check-files.js').checkFiles>>,
  file: string,
): string {
  const { document, logs, warnings, problem } = report;
  const lines: string[] = [];
  if (document !== undefined) {
    const { path, version, generation, worlds, records, has_checksum: hasChecksum } = document;
    const checksum = hasChecksum ? 'the checksum matches' : 'without checksum';
    lines.push(
      `${path}: version ${version}, generation ${generation}, ${count(worlds, 'world')}, ${count(records, 'record')}, ${checksum}`,
    );
  }
  for (const { path, changes, has_checksums: hasChecksums } of logs) {
    lines.push(`${path}: ${count(changes, 'change')}, ${hasChecksums ? 'all checksums match' : 'without checksums'}`);
  }
  lines.push(...warnings.map((warning) => `Warning: ${warning}`));
  lines.push(
    problem === undefined ? `A server can start with --data ${file}.` : `A server cannot start: ${problem}`,
    '',
  );
  return lines.join('\n');
}

function count(number: number, noun: string): string {
  return `${number} ${noun}${number === 1 ? '' : 's'}`;
}

function badOption(message: string): UnderstudyError {
  return new UnderstudyError('UNDERSTUDY_BAD_OPTION', message);
}

function missing(file: string): UnderstudyError {
  return new UnderstudyError(
    'UNDERSTUDY_BAD_DATA_FILE',
    `There is no data file ${file}, and no log of it: check the path.`,
  );
}
