/** `serve --watch`: starts the server again when its seed or a capability file changes. */
import { existsSync, statSync } from 'node:fs';
import { basename, resolve } from 'node:path';
import { createUnderstudy } from '../app/create-understudy.js';
import type { Settings } from '../app/settings.js';
import { startUnderstudy } from '../app/start-understudy.js';
import type { Overrides, RunningUnderstudy } from '../app/understudy.js';
import type { Json } from '../core/body.js';
import { badOption } from '../core/errors.js';

/** A server that may be replaced by another one at the same address. */
export interface WatchedServer {
  /** The server that runs now. */
  readonly current: () => RunningUnderstudy;
  readonly unwatch: () => void;
}

export interface WatchOptions {
  /** Receives one line for each reload. */
  readonly report: (line: string) => void;
  /** Called if the server cannot be started again. Then none is running. */
  readonly fail: (error: unknown) => void;
  /** How often the files are polled, in milliseconds. Default: 200. */
  readonly interval?: number;
  readonly overrides?: Pick<Overrides, 'writeLog' | 'onProgress'> | undefined;
}

/**
 * Starts a server, and replaces it when a file has changed. An invalid file is reported, and the server continues unchanged.
 * @throws UnderstudyError if there is nothing to watch
 */
export async function startWatched(settings: Settings, options: WatchOptions): Promise<WatchedServer> {
  const { report, fail, interval = 200, overrides = {} } = options;
  const { seed, capability } = watchedFiles(settings);
  // Before the files are read, so that no change is missed.
  const pollChanges = createPoll([...seed, ...capability]);
  let current = await startUnderstudy(settings, overrides);
  const address = {
    restPort: portOf(current.restUrl),
    mcpPort: portOf(current.mcpUrl),
    proxyPort: current.proxyUrl === undefined ? undefined : portOf(current.proxyUrl),
    tlsPort: current.tlsUrl === undefined ? undefined : portOf(current.tlsUrl),
  };
  const changed = new Set<string>();
  let isReloading = false;

  async function replace(files: readonly string[]): Promise<string> {
    // Check the new files before anything stops. Without the data file, which is still in use.
    await (await createUnderstudy({ ...settings, dataFile: undefined }, { writeLog: () => undefined })).close();
    const isSeedNew = files.some((file) => seed.includes(file));
    const keepsWorlds = !isSeedNew && settings.mode === 'simulate' && settings.dataFile === undefined;
    const saved = keepsWorlds ? await saveWorlds(current) : [];
    await current.close();
    current = await startUnderstudy({ ...settings, ...address }, overrides);
    for (const document of saved) await current.controls.run('worlds.import', undefined, { document });
    if (!isSeedNew) return 'the worlds are kept';
    return settings.dataFile === undefined
      ? 'the worlds start from it'
      : `new worlds start from it; those in ${settings.dataFile} are kept`;
  }

  async function reload(): Promise<void> {
    if (isReloading) return;
    isReloading = true;
    while (changed.size > 0) {
      const files = [...changed];
      changed.clear();
      const names = files.map((file) => basename(file)).join(' and ');
      try {
        // oxlint-disable-next-line no-await-in-loop -- one after the other
        report(`read ${names} again: ${await replace(files)}`);
      } catch (error) {
        if (!current.http.server.listening) return fail(error);
        report(`${(error as Error).message} (the server continues unchanged)`);
      }
    }
    isReloading = false;
  }

  const timer = setInterval(() => {
    for (const file of pollChanges()) changed.add(file);
    void reload();
  }, interval);
  timer.unref();
  return { current: () => current, unwatch: () => clearInterval(timer) };
}

/**
 * Polls files, because some file systems send no change notifications.
 * @returns a function that returns the changed files. An editor may write a file in several steps, so a file counts as
 * changed once it has been the same in two polls.
 */
function createPoll(files: readonly string[]): () => string[] {
  const known = new Map(files.map((file) => [file, stampOf(file)]));
  const last = new Map(known);
  return () =>
    files.filter((file) => {
      const stamp = stampOf(file);
      const isChanged = stamp !== known.get(file) && stamp === last.get(file);
      last.set(file, stamp);
      if (isChanged) known.set(file, stamp);
      return isChanged;
    });
}

function stampOf(file: string): string {
  const stats = statSync(file, { bigint: true, throwIfNoEntry: false });
  return stats === undefined ? '' : `${stats.ino} ${stats.size} ${stats.mtimeNs}`;
}

/** The files by what they are. A seed of the package does not change. */
function watchedFiles({ seed, capabilityFiles = [], mode }: Settings) {
  if (mode === 'record') {
    throw badOption(
      '--watch starts the server again, and a recording cannot be continued: leave it out in record mode',
    );
  }
  const files = {
    seed: seed !== undefined && existsSync(seed) ? [resolve(seed)] : [],
    capability: capabilityFiles.map((file) => resolve(file)),
  };
  if (files.seed.length + files.capability.length > 0) return files;
  throw badOption('--watch has no file to watch: name one with --seed or --capability');
}

async function saveWorlds({ controls }: RunningUnderstudy): Promise<Json[]> {
  const { worlds } = (await controls.run('worlds.list', undefined, {})) as unknown as {
    worlds: readonly { readonly account_sid: string }[];
  };
  const saved: Json[] = [];
  // oxlint-disable-next-line no-await-in-loop -- each may be large
  for (const { account_sid } of worlds) saved.push(await controls.run('worlds.export', account_sid, {}));
  return saved;
}

const portOf = (url: string): number => Number(new URL(url).port);
