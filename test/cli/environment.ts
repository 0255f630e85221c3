import { onTestFinished, vi } from 'vitest';

/** Unsets the variables that the command line reads, until the test ends. */
export function clearEnvironment(): void {
  for (const name of Object.keys(process.env)) {
    if (/^(TWILIO|UNDERSTUDY|OTEL)_/.test(name)) vi.stubEnv(name, undefined);
  }
  onTestFinished(() => void vi.unstubAllEnvs());
}

/** Sets variables, or unsets those that are undefined, until the test ends. */
export function setEnvironment(variables: Readonly<Record<string, string | undefined>>): void {
  for (const [name, value] of Object.entries(variables)) vi.stubEnv(name, value);
  onTestFinished(() => void vi.unstubAllEnvs());
}
