import { createHash, X509Certificate } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import type { Authority } from '../certificates/authority.js';
import { UnderstudyError } from '../core/errors.js';
import type { CliCommand } from './command.js';
import { Option } from 'commander';
import { readStateFolder } from './environment.js';
import { nonEmpty } from './option-values.js';

interface CaSettings {
  readonly stateFolder: string;
}

const helpGroup = 'Files:';
const readSettings = (): CaSettings => ({ stateFolder: readStateFolder() });

/** `understudy ca path` */
const caPath: CliCommand<CaSettings> = {
  name: 'ca path',
  description: 'print the file of the certificate; creates the authority if there is none',
  helpGroup,
  examples: ['curl --cacert "$(understudy ca path)" https://conversations.twilio.com:8443/v1/Services'],
  configure: () => undefined,
  readSettings,
  async run({ stateFolder }) {
    print((await open(stateFolder)).file);
    return 0;
  },
};

/** `understudy ca show` */
const caShow: CliCommand<CaSettings> = {
  name: 'ca show',
  description: 'print what the certificate says; exits with 1 if there is none',
  helpGroup,
  configure: () => undefined,
  readSettings,
  async run({ stateFolder }) {
    const { DOMAIN, readAuthority } = await import('../certificates/authority.js');
    const authority = readAuthority(stateFolder);
    if (authority === undefined) {
      print('There is no certificate authority yet: `understudy exec` and `understudy ca path` create it.');
      return 1;
    }
    const { subject, validFrom, validTo, fingerprint256 } = new X509Certificate(authority.certificate);
    print(`subject      ${subject.replace(/^CN=/, '')}`);
    print(`file         ${authority.file}`);
    print(`valid from   ${new Date(validFrom).toISOString()}`);
    print(`valid to     ${new Date(validTo).toISOString()}`);
    print(`only for     ${DOMAIN} and its subdomains`);
    print(`sha256       ${fingerprint256}`);
    print(`spki sha256  ${createHash('sha256').update(keyOf(authority.certificate)).digest('base64')}`);
    return 0;
  },
};

interface ExportSettings extends CaSettings {
  readonly format: 'pem' | 'bundle' | 'jks';
  readonly out?: string | undefined;
}

/** `understudy ca export` */
const caExport: CliCommand<ExportSettings> = {
  name: 'ca export',
  description: 'write the certificate for other programs; the private key is never written',
  helpGroup,
  examples: ['understudy ca export --format bundle --out roots.pem'],
  configure(command) {
    command
      .addOption(
        new Option('--format <format>', "pem; bundle: PEM with the system's roots; jks: the same for Java")
          .choices(['pem', 'bundle', 'jks'])
          .default('pem'),
      )
      .option('--out <file>', 'file to write (default: stdout)', nonEmpty);
  },
  readSettings: (command) => ({ ...readSettings(), ...command.opts<Omit<ExportSettings, 'stateFolder'>>() }),
  async run({ stateFolder, format, out }) {
    const { certificate } = await open(stateFolder);
    const content = format === 'pem' ? certificate : await withRoots(certificate, format);
    if (out === undefined) {
      process.stdout.write(content);
      return undefined;
    }
    try {
      writeFileSync(out, content);
    } catch (error) {
      throw new UnderstudyError('UNDERSTUDY_BAD_OPTION', `--out ${out} cannot be written: ${(error as Error).message}`);
    }
    return 0;
  },
};

/** `understudy ca remove` */
const caRemove: CliCommand<CaSettings> = {
  name: 'ca remove',
  description: 'remove the authority and the files that `exec` wrote for it; the next start creates a new one',
  helpGroup,
  configure: () => undefined,
  readSettings,
  async run({ stateFolder }) {
    const { removeAuthority } = await import('../certificates/authority.js');
    const { removeTrustFolders } = await import('../certificates/trust-folder.js');
    const existed = removeAuthority(stateFolder);
    removeTrustFolders(stateFolder);
    print(existed ? 'Removed the certificate authority.' : 'There is no certificate authority.');
    return 0;
  },
};

export const caCommands = [caPath, caShow, caExport, caRemove];

async function open(stateFolder: string): Promise<Authority> {
  const { openAuthority } = await import('../certificates/authority.js');
  return openAuthority(stateFolder);
}

async function withRoots(certificate: string, format: 'bundle' | 'jks'): Promise<string | Buffer> {
  const { certificatesOf, systemRoots } = await import('../certificates/roots.js');
  const certificates = certificatesOf(`${systemRoots()}\n${certificate}`);
  if (format === 'bundle') return `${certificates.join('\n')}\n`;
  const { javaTrustStore } = await import('../certificates/java-trust-store.js');
  return javaTrustStore(certificates);
}

/** The public key of a certificate as browsers hash it (SPKI). */
const keyOf = (certificate: string): Buffer =>
  new X509Certificate(certificate).publicKey.export({ type: 'spki', format: 'der' });

function print(line: string): void {
  process.stdout.write(`${line}\n`);
}
