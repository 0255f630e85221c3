import { loadCapability } from '../../src/capability/load.js';
import { loadShapes, type OperationShape } from '../../src/capability/shapes.js';
import type { Operation } from '../../src/core/operation.js';
import { OperationIndex } from '../../src/core/operation-index.js';

const index = new OperationIndex(loadCapability().operations);

/** The packaged operation with a name; throws when there is none. */
export function operationNamed(name: string): Operation {
  return index.get(name);
}

export function shapeNamed(name: string): OperationShape | undefined {
  return loadShapes().of(operationNamed(name));
}
