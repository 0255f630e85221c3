/** `understudy contract` and `understudy record`. What runs them is loaded on demand. */
import type { Command } from 'commander';
import type { CliCommand } from '../command.js';
import { readEnvironment, variable } from '../environment.js';
import { readToggle } from '../flags.js';
import { abortOnSignal } from '../signals.js';
import { isColored } from '../style.js';
import { addContractOptions, addRecordOptions, type ContractFlags, type ContractSettings } from './options.js';

/** Exit code of a run that says nothing about agreement. 1 means that the sides differ. */
const INCOMPLETE = 2;

export const contract: CliCommand<ContractSettings> = {
  name: 'contract',
  description: 'compare two of: the simulator, Twilio, recordings, a URL',
  helpGroup: 'Compare with Twilio:',
  examples: [
    'understudy contract                                 # against the recordings, if there are any',
    'understudy contract --right live --only message     # against Twilio',
    'understudy contract --right http://127.0.0.1:8080 --report html=report.html,junit=junit.xml',
  ],
  failureCode: INCOMPLETE,
  configure: addContractOptions,
  readSettings: (command) => readContractSettings(command, false),
  async run(settings) {
    const stop = abortOnSignal(INCOMPLETE);
    const { runContract } = await import('./contract.js');
    return runContract(settings, stop);
  },
};

export const record: CliCommand<ContractSettings> = {
  name: 'record',
  description: 'play the scenarios against Twilio and record its responses',
  helpGroup: 'Compare with Twilio:',
  examples: ['understudy record', 'understudy record --only conversation,message --cassettes recordings --scrub'],
  failureCode: INCOMPLETE,
  configure: addRecordOptions,
  readSettings: (command) => readContractSettings(command, readToggle(command, 'scrub', false)),
  async run(settings) {
    const stop = abortOnSignal(INCOMPLETE);
    const { runRecord } = await import('./record.js');
    return runRecord(settings, stop);
  },
};

function readContractSettings(command: Command, scrub: boolean): ContractSettings {
  return {
    ...command.opts<ContractFlags>(),
    ...readEnvironment(),
    scrub,
    accountSettings: readToggle(command, 'accountSettings', false),
    colours: isColored(process.stdout),
    live: variable('UNDERSTUDY_LIVE') === '1',
    summaryFile: variable('GITHUB_STEP_SUMMARY'),
  };
}
