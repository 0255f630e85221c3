/**
 * For ajv, where a schema is our own and may be used once in a run: to compare it with the schema of schemas, and to
 * polish the code that is made of it, takes longer than the use. A word that ajv does not know is refused all the same.
 */
export const trustedSchemaOptions = { validateSchema: false, code: { optimize: false } };
