import type { Scenario } from '../model/scenario.js';
import { inScopes } from '../model/scopes.js';
import { allScenarios } from './list.generated.js';

/** The scenarios in this package, each once for every scope that it runs in. */
export const scenarios: readonly Scenario[] = allScenarios.flatMap(inScopes);
