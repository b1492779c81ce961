import { expect, test } from "vitest";
import { reasonHeaders } from "@/gateway/http/problem";
import { AppError } from "@/server/core/errors";

test.each([
  'This is "no" name.","code":"valid',
  "A line\r\nX-Keyward-Key-Id: key_01h455vb4pex5vsknk084sn02q",
  "Ein Schlüssel, 鍵, 🔑 and \u2028 \\ \u007f",
])("What a gate says of a refusal, %j, is one string of JSON in a proxy's answer, in ASCII", (detail) => {
  const headers = reasonHeaders(new AppError("permission_denied", detail));
  const words = headers["X-Keyward-Detail"];
  expect(words).toMatch(/^[ -~]+$/);
  const answer = `{"status":403,"code":"${headers["X-Keyward-Code"]}","detail":"${words}"}`;
  expect(JSON.parse(answer)).toEqual({ status: 403, code: "permission_denied", detail });
});
