/**
 * Ajv options for our own schemas. Validating the schema and optimizing the generated code takes longer than the few
 * uses of it. Ajv still rejects unknown keywords.
 */
export const trustedSchemaOptions = { validateSchema: false, code: { optimize: false } };
