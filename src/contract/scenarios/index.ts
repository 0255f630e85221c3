/** The scenarios in this package: one for each resource, and some that cover several resources. */
export { allScenarios as scenarios } from './list.generated.js';
