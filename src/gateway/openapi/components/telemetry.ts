import {
  sendTelemetrySchema,
  sentEventSchema,
  telemetryEventSchema,
  telemetryReceiptSchema,
} from "@/contracts/schemas/telemetry";
import { telemetryPageSchema } from "@/gateway/routes/schemas";
import { type Component, object } from "../component";
import { NEXT_CURSOR } from "./lists";

const TYPE = { description: "What happened, in your own words.", examples: ["app.start"] };
const PRODUCT = { description: "The product that sent it.", examples: ["Editor"] };
const VERSION = { description: "Version of the product that sent it.", examples: ["4.2.0"] };
const IDENTIFIER = {
  description: "What your app calls the device or installation, as when it activates a licence.",
  examples: ["macbook-of-ada"],
};

export const TELEMETRY_INPUTS: readonly Component[] = [
  object(
    "TelemetryEventSend",
    sentEventSchema,
    "An event to store. Characters that cannot be stored are replaced, and the event is flagged `unreadable_text`; an API key anywhere in it is refused.",
    {
      type: TYPE,
      at: "When it happened: at most a day ahead, and ten years back. Absent: on arrival.",
      product: PRODUCT,
      version: VERSION,
      licenseKey: {
        description:
          "The licence key under which the app runs. It is looked up on arrival and then kept masked.",
        examples: ["7H4QM-XK2PD-9RVTW-C3JNB-F8YZG"],
      },
      identifier: IDENTIFIER,
      data: {
        description: "A JSON object of any shape: at most 8,192 bytes as JSON in UTF-8 and 8 levels deep.",
        examples: [{ os: "macOS 26" }],
      },
    },
  ),
  object(
    "TelemetrySend",
    sendTelemetrySchema,
    "A batch of events, stored all or none: one that is malformed refuses the batch, so that a retry stores nothing twice.",
    { events: "The events." },
  ),
];

export const TELEMETRY_ANSWERS: readonly Component[] = [
  object("TelemetryReceipt", telemetryReceiptSchema, "What became of a batch of events.", {
    accepted: { description: "How many were stored: all that were sent.", maximum: 1_000, format: "int32" },
    flagged: {
      description: "How many of them are odd: their `flags` say why.",
      maximum: 1_000,
      format: "int32",
    },
  }),
  object("TelemetryEvent", telemetryEventSchema, "Something that an app in the field has told.", {
    id: "Id of the event.",
    type: { ...TYPE, maxLength: 100 },
    at: "When it happened, as its sender says.",
    receivedAt: "When it arrived. Lists are ordered and narrowed by this.",
    product: { ...PRODUCT, maxLength: 100 },
    version: { ...VERSION, maxLength: 100 },
    licenseId: "The licence of its licence key; null without one, and for an unknown one.",
    licenseKey: {
      description: "The licence key that was sent, masked; null without one.",
      maxLength: 255,
      examples: ["7H4Q…8YZG"],
    },
    identifier: { ...IDENTIFIER, maxLength: 255 },
    data: { description: "What was sent with it; an empty object without.", examples: [{ os: "macOS 26" }] },
    flags: { description: "What is odd about it; empty: nothing.", maxItems: 6 },
  }),
  object("TelemetryEventPage", telemetryPageSchema, "A page of events, the latest received first.", {
    data: { description: "The events of this page.", maxItems: 100 },
    nextCursor: NEXT_CURSOR,
  }),
];
