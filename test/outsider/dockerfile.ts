/** Reads the instructions of a Dockerfile, as far as this project's Dockerfile uses them. */

export interface Instruction {
  readonly name: string;
  readonly flags: Readonly<Record<string, string>>;
  /** Words, or the elements of the JSON form. */
  readonly args: readonly string[];
  /** All that follows the name and the flags. */
  readonly text: string;
}

/** The instructions between one FROM and the next. */
export interface Stage {
  readonly name: string | undefined;
  readonly instructions: readonly Instruction[];
}

const KNOWN = /^(?:FROM|WORKDIR|COPY|RUN|ENV|VOLUME|USER|EXPOSE|HEALTHCHECK|ENTRYPOINT|CMD)$/;

export function readDockerfile(text: string): readonly Stage[] {
  const lines = text
    .split('\n')
    .filter((line) => !/^\s*(?:#|$)/.test(line))
    .join('\n')
    .replaceAll(/\\\n\s*/g, '')
    .split('\n');
  const stages: { name: string | undefined; instructions: Instruction[] }[] = [];
  for (const line of lines) {
    const instruction = readInstruction(line);
    if (instruction.name === 'FROM') stages.push({ name: instruction.args[2], instructions: [] });
    stages.at(-1)?.instructions.push(instruction);
  }
  return stages;
}

function readInstruction(line: string): Instruction {
  const [, name = '', flagText = '', text = ''] = /^(\S+)\s+((?:--\S+\s+)*)(.*)$/.exec(line) ?? [];
  if (!KNOWN.test(name)) throw new Error(`this test does not know the instruction in "${line}"`);
  const flags = Array.from(flagText.matchAll(/--([\w-]+)=(\S+)/g), ([, flag = '', value = '']) => [flag, value]);
  const list = name === 'HEALTHCHECK' ? text.replace(/^CMD\s+/, '') : text;
  const args = list.startsWith('[') ? (JSON.parse(list) as string[]) : list.split(/\s+/);
  return { name, flags: Object.fromEntries(flags), args, text };
}
