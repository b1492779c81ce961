import { MAX_API_BODY_BYTES } from "@/contracts/bounds";
import { AppError } from "@/server/core/errors";
import { parseJson } from "@/server/core/json";
import { readBody } from "@/server/core/read-body";
import type { GatewayRequest } from "./request";

/** Its parameters have no effect (RFC 8259, section 11): a charset of whatever name is still UTF-8. */
const JSON_MEDIA_TYPE = /^application\/json[\t ]*(?:;.*)?$/i;

/** A body in both forms: as it came, for the idempotency fingerprint, and parsed. */
export interface JsonBody {
  text: string;
  value: unknown;
}

/** What a body is read from, and where it is noted how much was. */
interface Receiver {
  request: GatewayRequest;
  received: number;
}

interface BodyRules {
  /** Whether a call without a body counts as one with `{}`. */
  optional?: boolean | undefined;
  /** The most bytes it may have. */
  max?: number | undefined;
}

/**
 * Reads a JSON body. A body of zero bytes is none, whatever type it is announced as: many clients name a type on every call.
 * @throws AppError unsupported_media_type, payload_too_large, request_timeout, malformed_json
 */
export async function readJson(
  receiver: Receiver,
  { optional = false, max = MAX_API_BODY_BYTES }: BodyRules = {},
): Promise<JsonBody> {
  const bytes = await readBytes(receiver, max);
  if (bytes.byteLength === 0 && optional) return { text: "", value: {} };
  refuseOtherForms(receiver.request.headers, bytes.byteLength > 0);
  const text = decoded(bytes);
  return { text, value: parseJson(text) };
}

async function readBytes(receiver: Receiver, max: number): Promise<Uint8Array> {
  const { body, headers, ownsConnection } = receiver.request;
  if (!body) return new Uint8Array();
  return readBody(body, {
    declared: headers["content-length"] ?? null,
    max,
    linger: !ownsConnection,
    onReceived: (bytes) => {
      receiver.received = bytes;
    },
  });
}

/** What no call may be sent as: compressed, which could be a thousand times larger once it is not, or anything but JSON. */
function refuseOtherForms(headers: GatewayRequest["headers"], hasBody: boolean): void {
  const encoding = headers["content-encoding"]?.trim() || "identity";
  if (hasBody && encoding.toLowerCase() !== "identity") {
    throw new AppError("unsupported_media_type", "The body must be sent without Content-Encoding.", {
      acceptEncoding: "identity",
    });
  }
  if (!JSON_MEDIA_TYPE.test(headers["content-type"]?.trim() ?? "")) {
    throw new AppError("unsupported_media_type", "The body must be sent as Content-Type: application/json.");
  }
}

function decoded(bytes: Uint8Array): string {
  try {
    // fatal: bytes that are not UTF-8 must not be stored as replacement characters.
    return new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch (error) {
    throw new AppError("malformed_json", "The body is not valid JSON in UTF-8.", {}, error);
  }
}
