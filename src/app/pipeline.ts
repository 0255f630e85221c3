import { withGuards } from '../backends/guards.js';
import { type LocalPageUrlOptions, withLocalPageUrls } from '../backends/local-page-urls.js';
import { UnderstudyError } from '../core/errors.js';
import type { Backend, Operation } from '../core/operation.js';
import { OperationIndex } from '../core/operation-index.js';
import type { Faults } from '../engine/faults.js';
import { didYouMean } from '../util/did-you-mean.js';
import type { MemoryGuard } from './memory-guard.js';
import { modes } from './modes/index.js';
import type { Settings } from './settings.js';
import type { Tracing } from './tracing.js';

/** Wraps a backend. */
export type Decorator = (backend: Backend) => Backend;

export interface PipelineOptions {
  readonly settings: Settings;
  readonly operations: readonly Operation[];
  readonly routes: LocalPageUrlOptions['routes'];
  readonly faults: Faults;
  readonly memory: MemoryGuard;
  readonly tracing: Tracing | undefined;
}

/**
 * Everything that happens to a call between the engine and the backend. The last decorator is the outermost: a call
 * passes through tracing, the memory guard, faults, page URLs and guards, and its result returns in the opposite order.
 * @throws UnderstudyError if `--allow` names an unknown operation
 */
export function buildPipeline(backend: Backend, options: PipelineOptions): Backend {
  const { settings, operations, routes, faults, memory, tracing } = options;
  const { allow, readOnly, passthrough, rewriteUrls, mode } = settings;
  const { hasTwilioUrls } = modes[mode];
  const allowed = allow && idsOf(allow, new OperationIndex(operations));
  return compose(
    backend,
    withGuards({ allow: allowed, readOnly, passthrough }),
    rewriteUrls ? withLocalPageUrls({ routes, hasTwilioUrls }) : undefined,
    withFaults(faults),
    memory.wrap,
    tracing?.withTracing,
  );
}

/** Applies decorators from the inside out, and skips those that are undefined. */
export function compose(backend: Backend, ...decorators: readonly (Decorator | undefined)[]): Backend {
  return decorators.reduce((inner, decorator) => decorator?.(inner) ?? inner, backend);
}

/** Applies the active fault rules to calls. */
function withFaults(faults: Faults): Decorator {
  return (backend) => faults.wrap(backend);
}

function idsOf(names: readonly string[], index: OperationIndex): ReadonlySet<string> {
  return new Set(
    names.map((name) => {
      const operation = index.find(name);
      if (operation !== undefined) return operation.id;
      const hint = didYouMean(name, index.names());
      throw new UnderstudyError(
        'UNDERSTUDY_BAD_OPTION',
        `--allow names \`${name}\`, which is not an operation.${hint}`,
      );
    }),
  );
}
