import { existsSync } from 'node:fs';

/** The usual paths on Debian and Ubuntu. The environment variable `CHROMIUM` overrides them. */
const usualPaths = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'];

export function findChromium(): string | undefined {
  const { CHROMIUM } = process.env;
  return CHROMIUM === undefined || CHROMIUM === '' ? usualPaths.find((file) => existsSync(file)) : CHROMIUM;
}

/** The reason why the browser tests cannot run on this machine, or `undefined` if they can. */
export function whyNoBrowser(): string | undefined {
  const file = findChromium();
  if (file === undefined) {
    return 'Chromium was not found; install it (apt-get install chromium) or set CHROMIUM to the path of its binary';
  }
  return existsSync(file) ? undefined : `CHROMIUM is set to ${file}, which does not exist`;
}

/** `--no-sandbox` is needed for root in a container; the others turn off Chromium's own network traffic. */
export const flags = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];
