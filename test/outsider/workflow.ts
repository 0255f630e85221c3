/** Runs the `run:` steps of a workflow of GitHub Actions. Steps that use an action are left out. */
import { readFileSync } from 'node:fs';
import { parse } from 'yaml';

interface WorkflowStep {
  readonly run?: string;
  readonly env?: Readonly<Record<string, string>>;
}

interface Workflow {
  readonly jobs: Readonly<Record<string, { readonly steps: readonly WorkflowStep[] }>>;
}

const SECRET = /\$\{\{ secrets\.(\w+) \}\}/g;

/**
 * One shell script for the only job of a workflow. As on a runner, each step is a shell of its own, the first that fails ends
 * the job, and what a step leaves in the background runs on.
 */
export function scriptOf(file: string, secrets: Readonly<Record<string, string>> = {}): string {
  const { jobs } = parse(readFileSync(file, 'utf8')) as Workflow;
  const [job, ...others] = Object.values(jobs);
  if (job === undefined || others.length > 0) throw new Error(`${file} does not have one job`);
  return job.steps
    .flatMap(({ run, env = {} }) => {
      if (run === undefined) return [];
      const variables = Object.entries(env).map(
        ([name, value]) => `${name}=${quoted(value.replaceAll(SECRET, (_, secret: string) => secrets[secret] ?? ''))}`,
      );
      const step = [...variables, 'bash', '-eo', 'pipefail', '-c', quoted(run)].join(' ');
      if (step.includes('${{')) throw new Error(`${file}: this test does not know the expression in ${step}`);
      return [step];
    })
    .join('\n');
}

const quoted = (text: string): string => `'${text.replaceAll("'", String.raw`'\''`)}'`;
