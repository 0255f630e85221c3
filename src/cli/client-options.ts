import type { Command } from 'commander';
import { flag } from './flags.js';
import { nonEmpty, origin } from './option-values.js';

/** What a command needs to know of an understudy that runs elsewhere. */
export interface ControlSettings {
  readonly url: string;
  /** The account SID of the world; absent: the default one. */
  readonly world?: string | undefined;
  readonly token?: string | undefined;
  /** Absent: list what there is. */
  readonly control?: string | undefined;
  /** `key=value`, or `key@file` for what is in a file. */
  readonly values: readonly string[];
}

export interface ExecSettings {
  readonly url: string;
  readonly command: readonly string[];
}

const USUAL_URL = 'http://127.0.0.1:8080';
const url = () => flag('--url <origin>', 'where understudy listens', origin).default(USUAL_URL);

/** `understudy control clock.advance by=PT1H` */
export function addControlOptions(command: Command): Command {
  return command
    .description('do something to a running understudy: move its clock, let a message come in, …')
    .argument('[name]', 'what to do, e.g. clock.advance; without it, all that can be done is listed')
    .argument('[values...]', 'key=value, JSON where it is no text; key@file for what is in a file')
    .addOption(url())
    .addOption(flag('--world <sid>', 'the account SID of the world that is meant', nonEmpty))
    .addOption(flag('--token <secret>', 'the token of that understudy', nonEmpty));
}

/** `understudy exec -- node app.js` */
export function addExecOptions(command: Command): Command {
  return command
    .description("run a program whose Node.js processes reach a running understudy in Twilio's place")
    .argument('<command...>', 'the program and its arguments, after --')
    .addOption(url())
    .passThroughOptions();
}
