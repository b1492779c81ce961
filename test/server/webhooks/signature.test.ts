import { expect, test } from "vitest";
import { newSigningSecret, secretText, signedHeaders } from "@/server/webhooks/signature";

/** The example of the libraries of Standard Webhooks, which all of them are tested with. */
const EXAMPLE = {
  secret: Buffer.from("MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw", "base64"),
  id: "msg_p5jXN8AQM9LWM0D4loKWxJek",
  at: new Date(1_614_265_330_000),
  body: '{"test": 2432232314}',
  signature: "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=",
};

test("A webhook is signed as the libraries of Standard Webhooks check it", () => {
  const { secret, signature, ...message } = EXAMPLE;
  expect(signedHeaders(message, [secret])).toEqual({
    "webhook-id": message.id,
    "webhook-timestamp": "1614265330",
    "webhook-signature": signature,
  });
});

test("During a rotation both secrets sign, the new one first", () => {
  const { secret, signature, ...message } = EXAMPLE;
  const signatures = signedHeaders(message, [newSigningSecret(), secret])["webhook-signature"].split(" ");
  expect(signatures).toEqual([expect.stringMatching(/^v1,[\w+/]{43}=$/), signature]);
  expect(signatures[0]).not.toBe(signature);
});

test("A signing secret is of 32 random bytes, shown in base64 behind whsec_", () => {
  const [one, other] = [secretText(newSigningSecret()), secretText(newSigningSecret())];
  expect(one).toMatch(/^whsec_[\w+/]{43}=$/);
  expect(one).not.toBe(other);
});
