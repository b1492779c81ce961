import { describe, expect, test } from "vitest";
import { verifyWebhook, WebhookVerificationError } from "@/client";
import { newSigningSecret, secretText, signedHeaders } from "@/server/webhooks/signature";

const NOW = Date.parse("2026-11-30T08:00:00.000Z");
const BODY = JSON.stringify({
  type: "license.created",
  timestamp: "2026-11-30T08:00:00.000Z",
  data: { id: "lic_1" },
});
const SECRET = newSigningSecret();

/** What a receiver has after Keyward has sent. */
function received({ secrets = [SECRET], at = NOW }: { secrets?: Buffer[]; at?: number } = {}) {
  const headers = signedHeaders({ id: "msg_1", body: BODY, at: new Date(at) }, secrets);
  return { body: BODY, headers, secret: secretText(SECRET), now: NOW };
}

describe("a webhook of Keyward's", () => {
  test("is read, with the id by which its repetition is known", async () => {
    expect(await verifyWebhook(received())).toEqual({ id: "msg_1", ...JSON.parse(BODY) });
  });

  test("is read from Headers as well as from Node's object", async () => {
    const { headers, ...rest } = received();
    expect((await verifyWebhook({ ...rest, headers: new Headers(headers) })).type).toBe("license.created");
  });

  test("is read by the old secret and by the new one while that is exchanged", async () => {
    const next = newSigningSecret();
    const both = received({ secrets: [next, SECRET] });
    expect((await verifyWebhook(both)).id).toBe("msg_1");
    expect((await verifyWebhook({ ...both, secret: secretText(next) })).id).toBe("msg_1");
  });
});

describe("a request is refused", () => {
  const given = received();
  const signature = given.headers["webhook-signature"];
  test.each([
    ["whose body was changed", { ...given, body: BODY.replace("lic_1", "lic_2") }],
    ["that somebody else has signed", received({ secrets: [newSigningSecret()] })],
    ["that was sent again after more than five minutes", received({ at: NOW - 301_000 })],
    ["from more than five minutes ahead", received({ at: NOW + 301_000 })],
    ["whose time is none", { ...given, headers: { ...given.headers, "webhook-timestamp": "soon" } }],
    ["with another id", { ...given, headers: { ...given.headers, "webhook-id": "msg_2" } }],
    ["without a signature", { ...given, headers: { ...given.headers, "webhook-signature": undefined } }],
    [
      "whose signature is not base64",
      { ...given, headers: { ...given.headers, "webhook-signature": "v1,§" } },
    ],
    [
      "whose signature is of a scheme that is not known",
      { ...given, headers: { ...given.headers, "webhook-signature": signature.replace("v1", "v0") } },
    ],
  ])("%s", async (_, delivery) => {
    await expect(verifyWebhook(delivery)).rejects.toThrow(WebhookVerificationError);
  });
});
