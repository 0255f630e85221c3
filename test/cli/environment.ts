import { onTestFinished, vi } from 'vitest';

/** Unsets the variables that the command line reads, until the test ends. */
export function clearEnvironment(): void {
  for (const name of Object.keys(process.env)) {
    if (/^(TWILIO|UNDERSTUDY|OTEL)_/.test(name)) vi.stubEnv(name, undefined);
  }
  onTestFinished(() => void vi.unstubAllEnvs());
}
