import type { Capability } from '../../capability/load.js';
import { loadShapes } from '../../capability/shapes.js';
import type { Published } from '../../contract/model/target.js';
import { createConformance } from '../../engine/conformance.js';
import { bodyOf } from '../../core/body.js';

/** What the capability and the shapes say of the operations, as the contract's scenarios need it. */
export function publishedOf({ operations }: Capability): Published {
  const shapes = loadShapes();
  const conforms = createConformance(shapes);
  return {
    operations,
    status: (operation) => shapes.operations.get(operation)?.status ?? 200,
    fields: (operation) => {
      const form = shapes.operations.get(operation)?.form;
      return form && [...form.keys()];
    },
    violations: (operation, { status, body }) =>
      conforms(operation, { status, headers: {}, body: body === null ? null : bodyOf(body) }),
  };
}
