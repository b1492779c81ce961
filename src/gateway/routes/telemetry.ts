import {
  listTelemetryQuerySchema,
  sendTelemetrySchema,
  telemetryReceiptSchema,
} from "@/contracts/schemas/telemetry";
import { ingestTelemetry, listTelemetry } from "@/server/services/telemetry";
import { TELEMETRY_EXAMPLES } from "./examples/telemetry";
import { defineRoute } from "./route";
import { telemetryPageSchema, withoutEnvironment } from "./schemas";

export const telemetryRoutes = [
  defineRoute(
    {
      id: "telemetry.send",
      method: "post",
      path: "/telemetry",
      summary: "Send up to 1000 events",
      description: "Odd ones are stored and flagged; a malformed one refuses the batch.",
      permission: "telemetry:write",
      input: { body: sendTelemetrySchema },
      responses: { 202: { description: "All are stored", schema: telemetryReceiptSchema } },
      problems: ["validation_failed"],
      examples: TELEMETRY_EXAMPLES.send,
    },
    async ({ ctx, body }) => ({ status: 202, body: await ingestTelemetry(ctx, body) }),
  ),
  defineRoute(
    {
      id: "telemetry.list",
      method: "get",
      path: "/telemetry",
      summary: "List events",
      description: "The latest received first. `from` and `to` bound the time of receipt.",
      permission: "telemetry:read",
      input: { query: listTelemetryQuerySchema },
      responses: { 200: { description: "A page of events", schema: telemetryPageSchema } },
      problems: ["validation_failed"],
      examples: TELEMETRY_EXAMPLES.list,
    },
    async ({ ctx, query }) => {
      const { data, nextCursor } = await listTelemetry(ctx, query);
      return { status: 200, body: { data: data.map(withoutEnvironment), nextCursor } };
    },
  ),
];
