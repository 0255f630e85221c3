import type { Capability } from '../../capability/load.js';
import { loadShapes } from '../../capability/shapes.js';
import type { Published } from '../../contract/model/target.js';
import { bodyOf } from '../../core/body.js';
import { createConformance } from '../../engine/conformance.js';

/** What the capability file and `shapes.json` say about the operations. */
export function publishedOf({ operations }: Capability): Published {
  const shapes = loadShapes();
  const violationsOf = createConformance(shapes);
  return {
    operations,
    status: (operation) => shapes.operations.get(operation)?.status ?? 200,
    fields: (operation) => {
      const form = shapes.operations.get(operation)?.form;
      return form && [...form.keys()];
    },
    violations: (operation, { status, body }) =>
      violationsOf(operation, { status, headers: {}, body: body === null ? null : bodyOf(body) }),
  };
}
