import { DEFAULT_ACCOUNT } from '../app/settings.js';
import type { Credentials } from '../core/operation.js';
import { ACCOUNT_SID } from '../core/sids.js';
import { stateFolder } from '../util/state-folder.js';

/** Variables that hold upstream credentials. The first pair that is complete counts. */
const CREDENTIAL_VARIABLES = [
  ['TWILIO_USER', 'TWILIO_PASS'],
  ['TWILIO_API_KEY', 'TWILIO_API_KEY_SECRET'],
  ['TWILIO_ACCOUNT_SID', 'TWILIO_AUTH_TOKEN'],
] as const;

/** Settings that only the environment can give, so that no secret of Twilio appears in a process list. */
export interface EnvironmentSettings {
  readonly credentials: Credentials | undefined;
  readonly edge: string | undefined;
  readonly region: string | undefined;
  readonly defaultAccount: string;
  /** Every secret of an upstream account, used or not. */
  readonly secrets: readonly string[];
}

export function readEnvironment(): EnvironmentSettings {
  return {
    credentials: readCredentials(),
    edge: variable('TWILIO_EDGE'),
    region: variable('TWILIO_REGION'),
    defaultAccount: readDefaultAccount(),
    secrets: CREDENTIAL_VARIABLES.flatMap(([, password]) => variable(password) ?? []),
  };
}

/** Whether the standard `OTEL_…` variables ask for traces. The exporter reads its own settings from them as well. */
export function tracesRequested(): boolean {
  const exporter = variable('OTEL_TRACES_EXPORTER');
  if (variable('OTEL_SDK_DISABLED')?.toLowerCase() === 'true' || exporter === 'none') return false;
  const endpoint = variable('OTEL_EXPORTER_OTLP_TRACES_ENDPOINT') ?? variable('OTEL_EXPORTER_OTLP_ENDPOINT');
  return exporter === 'otlp' || endpoint !== undefined;
}

/** The folder for what this program keeps between runs. */
export function readStateFolder(): string {
  return stateFolder(process.env);
}

/** The value of a variable; undefined if it is unset or empty. */
export function variable(name: string): string | undefined {
  const value = process.env[name];
  return value === '' ? undefined : value;
}

/** The environment for a program that this one starts. Undefined removes a variable. */
export function environmentWith(changes: Readonly<Record<string, string | undefined>>): NodeJS.ProcessEnv {
  return { ...process.env, ...changes };
}

/** The names of the variables that hold the upstream credentials; empty if there are none. */
export function usedCredentialVariables(): readonly string[] {
  return CREDENTIAL_VARIABLES.find((names) => names.every((name) => variable(name) !== undefined)) ?? [];
}

function readCredentials(): Credentials | undefined {
  const [user, password] = usedCredentialVariables().map(variable);
  return user === undefined || password === undefined ? undefined : { user, password };
}

function readDefaultAccount(): string {
  const account = variable('TWILIO_ACCOUNT_SID') ?? '';
  return ACCOUNT_SID.test(account) ? account : DEFAULT_ACCOUNT;
}
