import { type Examples, wrongField } from "./example";
import { DEVICE, EVENT, LICENSE } from "./records";

export const TELEMETRY_EXAMPLES = {
  send: [
    {
      name: "batch",
      summary: "Two events; the second is odd, as nobody knows its licence",
      body: {
        events: [
          {
            type: "app.start",
            product: "Editor",
            version: "4.2.0",
            licenseKey: LICENSE.key,
            identifier: DEVICE,
            data: { os: "macOS 26" },
          },
          { type: "app.crash", licenseKey: "NO-SUCH-KEY" },
        ],
      },
      answer: { status: 202, body: { accepted: 2, flagged: 1 } },
    },
    {
      name: "malformed",
      summary: "One wrong event refuses the batch",
      body: { events: [{ type: "app.start" }, { product: "Editor" }] },
      answer: wrongField("events.1.type", "Is required", "invalid_type"),
    },
  ],
  list: [
    {
      name: "byType",
      summary: "Events of a type, of which nothing is odd",
      query: { type: "app.start", flagged: "false" },
      answer: { status: 200, body: { data: [EVENT], nextCursor: null } },
    },
  ],
} satisfies Record<string, Examples>;
