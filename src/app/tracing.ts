import { UnderstudyError } from '../core/errors.js';
import type { Backend, Call, Result } from '../core/operation.js';

/** Creates a span for every exchange and exports it as configured by the `OTEL_…` variables. */
export interface Tracing {
  /** Makes each call a span below the caller's, and the parent of the requests to Twilio. */
  readonly withTracing: (backend: Backend) => Backend;
  /** Exports the remaining spans. */
  close(): Promise<void>;
}

/** Starts tracing. Loads its packages, which are large. @throws UnderstudyError if they are not installed */
export async function startTracing(mode: string, version: string): Promise<Tracing> {
  const { api, W3CTraceContextPropagator, provider } = await loadPackages(version);
  const propagator = new W3CTraceContextPropagator();
  const tracer = provider.getTracer('twilio-understudy', version);

  async function answer(backend: Backend, call: Call): Promise<Result> {
    const { operation, caller } = call;
    const parent = propagator.extract(api.ROOT_CONTEXT, caller.trace ?? {}, api.defaultTextMapGetter);
    const attributes = {
      'understudy.operation': operation.name,
      'understudy.surface': caller.surface,
      'understudy.mode': mode,
      'http.request.method': operation.method,
      'url.template': operation.path,
    };
    const span = tracer.startSpan(operation.name, { kind: api.SpanKind.SERVER, attributes }, parent);
    const trace: Record<string, string> = {};
    propagator.inject(api.trace.setSpan(parent, span), trace, api.defaultTextMapSetter);
    const markFailed = (type: string) => {
      span.setAttribute('error.type', type).setStatus({ code: api.SpanStatusCode.ERROR });
    };
    try {
      const result = await backend.answer({ ...call, caller: { ...caller, trace } });
      const id = result.headers['twilio-request-id'];
      span.setAttribute('http.response.status_code', result.status);
      if (id !== undefined) span.setAttribute('twilio.request_id', id);
      if (result.status >= 500) markFailed(String(result.status));
      return result;
    } catch (error) {
      markFailed(error instanceof Error ? error.name : 'unknown');
      throw error;
    } finally {
      span.end();
    }
  }

  return {
    withTracing: (backend) => ({ answer: (call) => answer(backend, call) }),
    close: () => provider.shutdown(),
  };
}

async function loadPackages(version: string) {
  try {
    const [api, { W3CTraceContextPropagator }, { OTLPTraceExporter }, resources, sdk] = await Promise.all([
      import('@opentelemetry/api'),
      import('@opentelemetry/core'),
      import('@opentelemetry/exporter-trace-otlp-proto'),
      import('@opentelemetry/resources'),
      import('@opentelemetry/sdk-trace-base'),
    ]);
    const service = resources.resourceFromAttributes({
      'service.name': 'twilio-understudy',
      'service.version': version,
    });
    const configured = resources.detectResources({ detectors: [resources.envDetector] });
    const provider = new sdk.BasicTracerProvider({
      resource: resources.defaultResource().merge(service).merge(configured),
      spanProcessors: [new sdk.BatchSpanProcessor(new OTLPTraceExporter())],
    });
    return { api, W3CTraceContextPropagator, provider };
  } catch (error) {
    if ((error as { code?: string }).code !== 'ERR_MODULE_NOT_FOUND') throw error;
    const message =
      'an OTEL_… variable asks for traces, but the OpenTelemetry packages are not installed: run npm install without --omit=optional';
    throw new UnderstudyError('UNDERSTUDY_BAD_OPTION', message, { cause: error });
  }
}
