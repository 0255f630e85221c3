import type { Backend, Call, Result } from '../core/operation.js';
import { UnderstudyError } from '../core/errors.js';

/** Makes a span of every exchange, and exports it as the `OTEL_…` variables say. */
export interface Tracing {
  /** The same backend, each of whose answers is a span below the caller's, and the parent of what Twilio is sent. */
  traced(backend: Backend): Backend;
  /** Exports what is left. */
  close(): Promise<void>;
}

/** Loaded only when traces are asked for, as it is large. @throws UnderstudyError when its packages are not installed. */
export async function createTracing(mode: string, version: string): Promise<Tracing> {
  const { api, W3CTraceContextPropagator, provider } = await load(version);
  const propagator = new W3CTraceContextPropagator();
  const tracer = provider.getTracer('twilio-understudy', version);

  async function answer(backend: Backend, call: Call): Promise<Result> {
    const { operation, caller } = call;
    const above = propagator.extract(api.ROOT_CONTEXT, caller.trace ?? {}, api.defaultTextMapGetter);
    const attributes = {
      'understudy.operation': operation.name,
      'understudy.surface': caller.surface,
      'understudy.mode': mode,
      'http.request.method': operation.method,
      'url.template': operation.path,
    };
    const span = tracer.startSpan(operation.name, { kind: api.SpanKind.SERVER, attributes }, above);
    const trace: Record<string, string> = {};
    propagator.inject(api.trace.setSpan(above, span), trace, api.defaultTextMapSetter);
    const failed = (type: string) => {
      span.setAttribute('error.type', type).setStatus({ code: api.SpanStatusCode.ERROR });
    };
    try {
      const result = await backend.answer({ ...call, caller: { ...caller, trace } });
      const id = result.headers['twilio-request-id'];
      span.setAttribute('http.response.status_code', result.status);
      if (id !== undefined) span.setAttribute('twilio.request_id', id);
      if (result.status >= 500) failed(String(result.status));
      return result;
    } catch (error) {
      failed(error instanceof Error ? error.name : 'unknown');
      throw error;
    } finally {
      span.end();
    }
  }

  return {
    traced: (backend) => ({ answer: (call) => answer(backend, call) }),
    close: () => provider.shutdown(),
  };
}

async function load(version: string) {
  try {
    const [api, { W3CTraceContextPropagator }, { OTLPTraceExporter }, resources, sdk] = await Promise.all([
      import('@opentelemetry/api'),
      import('@opentelemetry/core'),
      import('@opentelemetry/exporter-trace-otlp-proto'),
      import('@opentelemetry/resources'),
      import('@opentelemetry/sdk-trace-base'),
    ]);
    const named = resources.resourceFromAttributes({ 'service.name': 'twilio-understudy', 'service.version': version });
    const given = resources.detectResources({ detectors: [resources.envDetector] });
    const provider = new sdk.BasicTracerProvider({
      resource: resources.defaultResource().merge(named).merge(given),
      spanProcessors: [new sdk.BatchSpanProcessor(new OTLPTraceExporter())],
    });
    return { api, W3CTraceContextPropagator, provider };
  } catch (error) {
    if ((error as { code?: string }).code !== 'ERR_MODULE_NOT_FOUND') throw error;
    const message =
      'an OTEL_… variable asks for traces, and their packages are not installed: npm i without --omit=optional';
    throw new UnderstudyError('UNDERSTUDY_BAD_OPTION', message, { cause: error });
  }
}
