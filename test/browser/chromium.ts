import { existsSync } from 'node:fs';

/** Debian's and Ubuntu's names, or the file that `CHROMIUM` names. Nothing is downloaded. */
const usual = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'];

export function findChromium(): string | undefined {
  const { CHROMIUM } = process.env;
  return CHROMIUM === undefined || CHROMIUM === '' ? usual.find((file) => existsSync(file)) : CHROMIUM;
}

/** Why the browser tests cannot run here; nothing when they can. */
export function whyNoBrowser(): string | undefined {
  const file = findChromium();
  if (file === undefined) return 'there is no Chromium; install it (apt-get install chromium) or name one by CHROMIUM';
  return existsSync(file) ? undefined : `CHROMIUM names ${file}, which is not there`;
}

/** No sandbox for root in a container; nothing of Chromium's own goes to the network. */
export const flags = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];
