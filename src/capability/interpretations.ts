/**
 * The packaged capability files are not valid by the schema of their own version. These interpretations let us load
 * them anyway. Each use is reported with its place, and `validate --strict` fails on any.
 */
export const interpretations = {
  'surface-prefix': '`rest.X` and `tools.X` mean the input X of that surface, like `<namespace>.X`',
  'undeclared-inputs': 'a surface that declares no inputs has those that its `with` names',
  placeholders: 'path placeholders match in any case, and may be written `{x}` or `{{x}}`',
  'whole-body': '`type: object` with `mapping: $.` and no properties is the whole response',
  'request-body': 'an input `in: body` of type object is the whole request body',
  'form-upstream': "a write is sent upstream as a form with Twilio's keys, although its body is described as JSON",
  'repeated-key': 'an array in the query is sent as a repeated key',
  environment: '`{{env.X}}` and `{{X}}` that no `binds` entry declares are the environment variable X',
  'late-credentials': 'missing credentials are an error in live mode only',
  'no-content': 'a response without content (204) to a tool call is a success, although `outputRawFormat` is json',
} as const;

export type InterpretationName = keyof typeof interpretations;

/** A place in a file, counted from 1. */
export interface Place {
  readonly line: number;
  readonly column: number;
}

/** One use of an interpretation. `where` names the entry in the file's own terms. */
export interface InterpretationUse extends Place {
  readonly interpretation: InterpretationName;
  readonly where: string;
}

/** A warning (unusual but harmless) or an error (the file cannot be used). */
export interface Remark extends Place {
  readonly message: string;
}

/** The remarks on one capability file. */
export interface CapabilityReport {
  readonly interpretations: readonly InterpretationUse[];
  readonly warnings: readonly Remark[];
  readonly errors: readonly Remark[];
}
