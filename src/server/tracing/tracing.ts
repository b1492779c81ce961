import {
  type Context,
  DiagLogLevel,
  defaultTextMapGetter,
  diag,
  ROOT_CONTEXT,
  type Tracer,
} from "@opentelemetry/api";
import { MINUTE_MS } from "@/contracts/durations";
import type { Env } from "@/env";
import type { Logger } from "@/server/core/logger";
import { VERSION } from "@/server/core/version";
import { within } from "@/server/core/within";

/** At the end of a process, for the spans that are not sent yet. A collector that is away must not hold it up. Milliseconds. */
const LAST_FLUSH_MS = 2_000;

/** What a process traces its calls with. Its own: nothing global is set, or Next would trace pages, with their queries. */
export interface Tracing {
  tracer: Tracer;
  /** The span of the caller's that a call belongs to, by its `traceparent` and `tracestate` (W3C Trace Context). */
  parentOf(headers: Readonly<Record<string, string | undefined>>): Context;
  /** Sends what has gathered. Never rejects. */
  flush(): Promise<void>;
  /** The same, for the end, within two seconds. */
  close(): Promise<void>;
}

/**
 * Starts to trace, where the environment's standard variables name a collector (OpenTelemetry specification, "Environment
 * Variable Specification" and "OpenTelemetry Protocol Exporter"). What is said there of samplers, batches, headers and the
 * resource the SDK reads itself. It is loaded here and not before, so that a process that does not trace has none of it.
 * @returns null: calls are not traced. A setting that cannot be followed is told, and keeps nobody from serving calls
 */
export async function startTracing(env: Env, logger: Logger): Promise<Tracing | null> {
  const endpoint = env.OTEL_EXPORTER_OTLP_TRACES_ENDPOINT ?? env.OTEL_EXPORTER_OTLP_ENDPOINT;
  if (!endpoint || env.OTEL_SDK_DISABLED || env.OTEL_TRACES_EXPORTER === "none") return null;
  const protocol = env.OTEL_EXPORTER_OTLP_TRACES_PROTOCOL ?? env.OTEL_EXPORTER_OTLP_PROTOCOL;
  const unknown =
    env.OTEL_TRACES_EXPORTER !== "otlp"
      ? `OTEL_TRACES_EXPORTER is "${env.OTEL_TRACES_EXPORTER}", and Keyward knows otlp and none`
      : !isProtocol(protocol) &&
        `the OTLP protocol is "${protocol}", and Keyward speaks ${PROTOCOLS.join(" and ")}`;
  if (unknown) {
    logger.warn(`Calls are not traced: ${unknown}.`);
    return null;
  }
  diag.setLogger(oncePerMinute(logger), { logLevel: DiagLogLevel.WARN, suppressOverrideMessage: true });
  return openSdk(protocol as Protocol);
}

const PROTOCOLS = ["http/protobuf", "http/json"] as const;
type Protocol = (typeof PROTOCOLS)[number];
const isProtocol = (text: string): text is Protocol => PROTOCOLS.some((protocol) => protocol === text);

async function openSdk(protocol: Protocol): Promise<Tracing> {
  // By their names and not in a file of their own: the bundle would load at its start what such a file imports.
  const [
    { BasicTracerProvider, BatchSpanProcessor },
    resources,
    { W3CTraceContextPropagator },
    { OTLPTraceExporter },
  ] = await Promise.all([
    import("@opentelemetry/sdk-trace-base"),
    import("@opentelemetry/resources"),
    import("@opentelemetry/core"),
    protocol === "http/json"
      ? import("@opentelemetry/exporter-trace-otlp-http")
      : import("@opentelemetry/exporter-trace-otlp-proto"),
  ]);
  const { defaultResource, resourceFromAttributes, detectResources, envDetector } = resources;
  const provider = new BasicTracerProvider({
    resource: defaultResource()
      .merge(resourceFromAttributes({ "service.name": "keyward", "service.version": VERSION }))
      // OTEL_SERVICE_NAME and OTEL_RESOURCE_ATTRIBUTES have the last word.
      .merge(detectResources({ detectors: [envDetector] })),
    spanProcessors: [new BatchSpanProcessor(new OTLPTraceExporter())],
  });
  const propagator = new W3CTraceContextPropagator();
  return {
    tracer: provider.getTracer("keyward", VERSION),
    parentOf: (headers) => propagator.extract(ROOT_CONTEXT, headers, defaultTextMapGetter),
    flush: () => provider.forceFlush().catch(() => undefined),
    close: () => within(LAST_FLUSH_MS, provider.shutdown()).catch(() => undefined),
  };
}

/** What the SDK complains of, one line a minute: with the collector away it would say so every five seconds. */
function oncePerMinute(logger: Logger) {
  let toldMs = Number.NEGATIVE_INFINITY;
  const tell = (message: string) => {
    if (performance.now() - toldMs < MINUTE_MS) return;
    toldMs = performance.now();
    logger.warn({ reason: message.slice(0, MAX_REASON_LENGTH) }, "Traces cannot be sent as they should");
  };
  const ignore = () => undefined;
  return { error: tell, warn: tell, info: ignore, debug: ignore, verbose: ignore };
}

/** Of a text that is not ours: the answer of whatever listens at the endpoint, perhaps. Characters. */
const MAX_REASON_LENGTH = 300;
