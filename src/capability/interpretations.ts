/**
 * The given capability file is not valid by the schema of its own version. These are the interpretations by which we accept
 * it all the same; each use of one is recorded with its place, and `validate --strict` fails on any.
 */
export const interpretations = {
  'surface-prefix': '`rest.X` and `tools.X` mean the input X of that surface, as `<namespace>.X` does',
  'undeclared-inputs': 'inputs that a surface does not declare are those of the operation that it calls',
  placeholders: 'path placeholders match whatever their case, in the form `{x}` as in `{{x}}`',
  'whole-body': '`type: object` with `mapping: $.` and no properties is the whole answer',
  'request-body': 'an input `in: body` of type object is the whole request body',
  'form-upstream': "a write goes upstream as a form with Twilio's keys, although its body is described as JSON",
  'repeated-key': 'an array in the query is sent as a repeated key',
  environment: '`{{env.X}}` and `{{X}}` that no `binds` entry declares are the environment variable X',
  'late-credentials': 'missing credentials stop live mode only',
  'no-content': 'an answer without content (204) to a tool call is a success, although `outputRawFormat` says json',
} as const;

export type InterpretationName = keyof typeof interpretations;

/** A place in the file, counted from 1. */
export interface Place {
  readonly line: number;
  readonly column: number;
}

/** One use of a interpretation. `where` names the entry in the file's own words. */
export interface InterpretationUse extends Place {
  readonly interpretation: InterpretationName;
  readonly where: string;
}

/** Something that is odd but harmless (warning), or that makes the file unusable (error). */
export interface Remark extends Place {
  readonly message: string;
}

/** Everything that was noticed while interpretation a capability file. */
export interface CapabilityReport {
  readonly interpretations: readonly InterpretationUse[];
  readonly warnings: readonly Remark[];
  readonly errors: readonly Remark[];
}
