import { spawn } from 'node:child_process';
import { constants } from 'node:os';
import { openInterception } from '../app/interception.js';
import { openAuthority } from '../certificates/authority.js';
import { readPem, systemRoots } from '../certificates/roots.js';
import { writeTrustFolder } from '../certificates/trust-folder.js';
import { UnderstudyError } from '../core/errors.js';
import type { Log } from '../core/log.js';
import type { TwilioServer } from '../surfaces/proxy/twilio-server.js';
import { isLoopback } from '../util/loopback.js';
import { variable } from './environment.js';
import { CA_VARIABLES, environmentFor, type Variables } from './exec-environment.js';
import { readOwnTrustStore } from './java-options.js';

export { localServer, remoteServer } from '../surfaces/proxy/twilio-server.js';

/** A program whose calls to Twilio end here. */
export interface ProgramSettings {
  /** Origin of the understudy. */
  readonly url: string;
  /** The program and its arguments. */
  readonly command: readonly string[];
  /** Hosts of Twilio that the program may reach, of those that understudy does not play. */
  readonly allowTwilio?: readonly string[] | undefined;
  /** Refuse all hosts that are not Twilio's. */
  readonly offline: boolean;
  /** Set the variables of a proxy in the program. */
  readonly proxy: boolean;
  readonly stateFolder: string;
}

/** Runs the program while a proxy for it listens, or a port for HTTPS if it is to use no proxy. */
export async function runRedirected(
  { url, command, allowTwilio = [], offline, proxy, stateFolder }: ProgramSettings,
  twilio: TwilioServer,
): Promise<number> {
  const authority = await openAuthority(stateFolder);
  const own = CA_VARIABLES.map((name) => readPem(variable(name) ?? '') ?? '');
  const ownJava = readOwnTrustStore(variable('JAVA_TOOL_OPTIONS'));
  if (ownJava?.problem !== undefined) stderrLog.warn({}, ownJava.problem);
  const pems = [systemRoots(), ...own, ownJava?.certificates ?? '', authority.certificate];
  const trust = writeTrustFolder(stateFolder, pems);
  const ports = proxy ? { proxyPort: 0 } : { tlsPort: 0 };
  const settings = { host: '127.0.0.1', ...ports, offline, allowTwilio, stateFolder };
  const ownPorts = () => (isLoopback(new URL(url).hostname) ? [Number(new URL(url).port)] : []);
  const { proxyUrl, tlsUrl, close } = await openInterception(settings, { twilio, ownPorts, log: stderrLog });
  const redirection = { url, allowTwilio, proxyUrl, tlsUrl, caFile: authority.file, trust };
  try {
    return await runProgram(command, environmentFor(process.env, redirection));
  } finally {
    await close(0);
  }
}

const ignore = () => undefined;
const write = (_fields: object, message: string) => void process.stderr.write(`understudy: ${message}\n`);
/** The program's own output is on stdout, and most of what is on stderr. */
const stderrLog: Log = { debug: ignore, info: ignore, warn: write, error: write };

/**
 * Runs a program.
 * @returns its exit code, or 128 plus the number of the signal that ended it
 * @throws UnderstudyError if it cannot be started
 */
function runProgram([program = '', ...args]: readonly string[], env: Variables): Promise<number> {
  const child = spawn(program, args, { stdio: 'inherit', env });
  // A terminal sends SIGINT to the whole process group, so the child has already received it.
  const forward = (signal: NodeJS.Signals) => {
    if (signal !== 'SIGINT' || !process.stdin.isTTY) child.kill(signal);
  };
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, forward);
  return new Promise((resolve, reject) => {
    child.once('error', (cause) => {
      reject(new UnderstudyError('UNDERSTUDY_BAD_OPTION', `cannot start ${program}: ${cause.message}`, { cause }));
    });
    child.once('close', (code, signal) => resolve(code ?? 128 + (signal === null ? 0 : constants.signals[signal])));
  });
}
