import type { Capability } from '../../capability/capability.js';
import { loadShapes } from '../../capability/shapes.js';
import type { Published } from '../../contract/model/target.js';
import { bodyOf } from '../../core/body.js';
import { OperationIndex } from '../../core/operation-index.js';
import { createConformance } from '../../engine/conformance.js';

/** What the capability file and `shapes.json` say about the operations. */
export function publishedOf({ operations }: Capability): Published {
  const shapes = loadShapes();
  const violationsOf = createConformance(shapes);
  const index = new OperationIndex(operations);
  const shapeOf = (operation: string) => shapes.of(index.get(operation));
  return {
    operations,
    status: (operation) => shapeOf(operation)?.status ?? 200,
    fields: (operation) => {
      const form = shapeOf(operation)?.form;
      return form && [...form.keys()];
    },
    violations: (operation, { status, body }) =>
      violationsOf(index.get(operation), { status, body: body === null ? null : bodyOf(body) }),
  };
}
