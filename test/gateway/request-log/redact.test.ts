import { describe, expect, test } from "vitest";
import {
  redactAgent,
  redactBody,
  redactDetail,
  redactHeaders,
  redactPath,
  redactQuery,
} from "@/gateway/request-log/redact";
import { generateKey } from "@/server/core/key-format";

/** Every word that makes a name secret, each in a name that holds no other of them. */
const SECRET_WITHIN = [
  "token",
  "secret",
  "passw",
  "passphrase",
  "credential",
  "authorization",
  "authorisation",
  "cookie",
  "signature",
  "session",
  "bearer",
  "apikey",
  "licensekey",
  "licencekey",
  "privatekey",
  "accesskey",
];
const SECRET_WHOLE = ["key", "auth", "pwd", "pin", "otp", "jwt", "xkey"];
const LICENSE = "AB3DE-FGH1J-KLMN2-PQRST-UVWX4";

const bodyOf = (value: object) =>
  redactBody({ type: "application/json", text: JSON.stringify(value), bytes: 1 });

describe("What is secret by its name is kept nowhere:", () => {
  const spellings = SECRET_WITHIN.flatMap((word) => [word, `X-${word}-2`, word.toUpperCase()]);
  test.each([...spellings, ...SECRET_WHOLE, "X-Key", "P_I_N"])("%s", (name) => {
    const encoded = [...name].map((c) => `%${c.charCodeAt(0).toString(16)}`).join("");
    expect(redactQuery(`a=1&${name}=hush`)).toBe(`a=1&${name}=[redacted]`);
    expect(redactQuery(`${encoded}=hush`)).not.toContain("hush");
    expect(redactHeaders([[name, "hush"]])).toEqual({ [name]: "[redacted]" });
    expect(bodyOf({ deep: [{ [name]: "hush" }] })).toBe(JSON.stringify({ deep: [{ [name]: "[redacted]" }] }));
  });

  test.each(["keys", "author", "pinned", "monkey", "page"])("but %s is no secret", (name) => {
    expect(redactQuery(`${name}=plain`)).toBe(`${name}=plain`);
    expect(redactHeaders([[name, "plain"]])).toEqual({ [name]: "plain" });
    expect(bodyOf({ [name]: "plain" })).toBe(JSON.stringify({ [name]: "plain" }));
  });
});

describe("An address other than the call's, of a page or of what a proxy guards, is kept of no header", () => {
  const path = "/reset/one-time-link-42?for=ada";
  test.each(["Referer", "X-Forwarded-Uri", "X-Original-URI", "X-Rewrite-Url", "X-Envoy-Original-Path"])(
    "by its name: %s",
    (name) => {
      expect(redactHeaders([[name, path.slice(1)]])).toEqual({ [name]: "[redacted]" });
    },
  );

  test.each([
    ["X-Auth-Request-Redirect", path],
    ["X-Original-Request-URI", path],
    ["X-Forwarded-Full-Path", encodeURIComponent(path)],
    ["X-MS-Original-URL", `https://desk.acme.example${path}`],
    ["X-WAWS-Unencoded-URL", encodeURIComponent(encodeURIComponent(path))],
    ["HX-Current-URL", `HTTPS://desk.acme.example${path}`],
    ["Next-URL", path],
    ["SOAPAction", `"https://desk.acme.example${path}"`],
    ["If", ` <dav://desk.acme.example${path}>`],
    ["X-Page", "https://desk.acme.example?for=ada"],
    ["X-Page", "https://desk.acme.example/#for=ada"],
    ["X-Page", "https://ada:hush@desk.acme.example/"],
  ])("by its value: %s: %s", (name, value) => {
    expect(redactHeaders([[name, value]])).toEqual({ [name]: "[redacted]" });
  });

  test.each([
    ["Host", "desk.acme.example:8443"],
    ["Origin", "https://desk.acme.example"],
    ["X-Page", "https://desk.acme.example/"],
    ["Accept", "*/*"],
    ["Content-Type", "application/json"],
    ["User-Agent", "watcher/2 (+https://desk.acme.example/bot?for=ada)"],
  ])("but %s: %s tells none", (name, value) => {
    expect(redactHeaders([[name, value]])).toEqual({ [name]: value });
  });
});

describe("Of a URL in a field or parameter the values in its query are kept nowhere:", () => {
  test.each([
    ["https://hooks.acme.example/in?token=hush&team=7", "https://hooks.acme.example/in?token=…&team=…"],
    ["https://hooks.acme.example/in?code=hush", "https://hooks.acme.example/in?code=…"],
    ["https://hooks.acme.example/in?hush", "https://hooks.acme.example/in?…"],
    ["  HTTP:hooks.acme.example/in?code=hush", "http://hooks.acme.example/in?code=…"],
    ["https://hooks.acme.example/in#hush", "https://hooks.acme.example/in"],
    ["https://ada:hush@hooks.acme.example/in", "https://hooks.acme.example/in"],
    ["https://hooks.acme.example", "https://hooks.acme.example"],
    ["https://hooks.acme.example:99999/in?a", "https://hooks.acme.example:99999/in?a"],
    ["Is https://hooks.acme.example/in right?", "Is https://hooks.acme.example/in right?"],
  ])("%s", (url, kept) => {
    expect(bodyOf({ deep: [{ url }] })).toBe(JSON.stringify({ deep: [{ url: kept }] }));
    for (const written of [encodeURIComponent(url), encodeURIComponent(encodeURIComponent(url))])
      expect(redactQuery(`q=${written}`)).not.toContain("hush");
  });

  test("what is beside it in a query stays as it came", () => {
    const url = encodeURIComponent("https://hooks.acme.example/in?code=hush");
    expect(redactQuery(`a=%C3%A4&url=${url}&b=2`)).toBe(
      "a=%C3%A4&url=https://hooks.acme.example/in?code=…&b=2",
    );
    expect(redactQuery("url=https://hooks.acme.example/in")).toBe("url=https://hooks.acme.example/in");
  });
});

describe("What is secret by its shape is kept nowhere, plain or percent-encoded once or twice:", () => {
  const key = generateKey("kw", "production");
  const encode = (text: string) => text.replace(/[-_]/g, (c) => `%${c.charCodeAt(0).toString(16)}`);
  test.each([
    ["an API key", key, key.slice(12, 30)],
    ["a licence key", LICENSE, "FGH1J"],
    ["a licence key without its last group", LICENSE.slice(0, -6), "FGH1J"],
    ["a licence key in lower case", LICENSE.toLowerCase(), "fgh1j"],
  ])("%s", (_, text, part) => {
    for (const written of [text, encode(text), encode(text).replaceAll("%", "%25")]) {
      for (const kept of [
        redactPath(`/api/v1/${written}`),
        redactQuery(`q=${written}`),
        JSON.stringify(redactHeaders([["x-note", written]])),
        String(bodyOf({ note: written })),
      ]) {
        expect(kept).not.toContain(part);
      }
    }
  });
});

describe("What is no secret", () => {
  const plain = "/api/v1/customers/%C3%A4%20b%2Fc";
  const notes = ["AB3DE-FGH1J-KLMN2", "AB3DE-FGH1J", "xAB3DE-FGH1J-KLMN2-PQRST", "100%", "%zz", "50%25"];

  test.each([plain, ...notes])("is kept as it came: %s", (text) => {
    expect(redactPath(text)).toBe(text);
    expect(redactQuery(`q=${text}`)).toBe(`q=${text}`);
    expect(redactHeaders([["x-note", `of ${text}`]])).toEqual({ "x-note": `of ${text}` });
    expect(bodyOf({ note: [text, 1, true, null, { deep: text }] })).toBe(
      JSON.stringify({ note: [text, 1, true, null, { deep: text }] }),
    );
  });

  test.each(["", "=", "=hush", "a", "a=", "a=b=c", "a=1&&b=2&", "keyx", "tokens&x"])(
    "is kept of the query %j",
    (query) => {
      expect(redactQuery(query)).toBe(query);
    },
  );

  test("a secret that is null shows that there was none", () => {
    expect(bodyOf({ token: null, secret: "" })).toBe('{"token":null,"secret":"[redacted]"}');
  });

  test("has no characters that turn the text around", () => {
    for (const redact of [redactAgent, redactDetail, redactPath, redactQuery])
      expect(redact("a\u202eb")).not.toContain("\u202e");
  });
});

describe("A secret", () => {
  const key = generateKey("kw", "production");
  const shown = `${key.slice(0, 12)}…${key.slice(-4)}`;

  test("leaves its masked form, and what stands around it", () => {
    expect(redactDetail(`Is ${key} right?`)).toBe(`Is ${shown} right?`);
    expect(redactAgent(`curl/8 ${key} ${LICENSE}`)).toMatch(new RegExp(`^curl/8 ${shown} .*VWX4$`));
  });

  test("hidden by percent-encoding is hidden beside what else is encoded, or only looks so", () => {
    const [once, twice] = ["%5f", "%255f"].map((underscore) => key.replaceAll("_", underscore));
    expect(redactPath(`/%C3%A4/%ff/${twice}`)).toBe(`/ä/%ff/${once?.slice(0, 16)}…`);
  });

  test("hides as a name too: of a header, a parameter, a field", () => {
    expect(JSON.stringify(redactHeaders([[key, "x"]]))).not.toContain(key);
    expect(redactQuery(`${key}=x&a=${key}`)).toBe(`${shown}=x&a=${shown}`);
    expect(bodyOf({ [key]: 1 })).toBe(JSON.stringify({ [shown]: 1 }));
  });

  test("in a parameter of a secret name hides only the value, whatever its spelling", () => {
    expect(redactQuery("x=1&%74oken=hush&y=2")).toBe("x=1&%74oken=[redacted]&y=2");
  });
});

describe("A body", () => {
  const json = "application/json";

  test.each([
    [null, "", 0, null],
    [json, "", 0, `[${json}, 0 bytes]`],
    [null, "x", 1, "[no type, 1 bytes]"],
    [null, null, 9, "[no type, 9 bytes, not read]"],
    [json, null, 9, `[${json}, 9 bytes, not read]`],
    [json, "{", 1, `[${json}, 1 bytes]`],
    ["text/csv", "{}", 2, "[text/csv, 2 bytes]"],
    ["application/jsonp", "{}", 2, "[application/jsonp, 2 bytes]"],
    ["application/xjson", "{}", 2, "[application/xjson, 2 bytes]"],
    ["Application/JSON; charset=utf-8", "{}", 2, "{}"],
    ["application/merge-patch+json", "[1]", 3, "[1]"],
    [json, '"a"', 3, '"a"'],
  ])("of type %j that is %j (%d bytes) is kept as %j", (type, text, bytes, kept) => {
    expect(redactBody({ type, text, bytes })).toBe(kept);
  });

  test("is read up to 65,536 characters", () => {
    const ofLength = (length: number) => `{"a":1${" ".repeat(length - 7)}}`;
    expect(redactBody({ type: json, text: ofLength(65_536), bytes: 65_536 })).toBe('{"a":1}');
    expect(redactBody({ type: json, text: ofLength(65_537), bytes: 65_537 })).toBe(`[${json}, 65537 bytes]`);
  });

  test("is cut to 8,192 bytes, between two characters", () => {
    const euros = (count: number) => String(bodyOf(["€".repeat(count)]));
    expect(Buffer.byteLength(euros(2_729))).toBe(8_191);
    expect(euros(2_729)).toMatch(/€"\]$/);
    for (const before of ["", "a", "ab"]) {
      const cut = String(bodyOf([`${before}${"€".repeat(5_000)}`]));
      expect(Buffer.byteLength(cut)).toBeLessThanOrEqual(8_192);
      expect(Buffer.byteLength(cut)).toBeGreaterThan(8_192 - 3);
      expect(cut).toMatch(new RegExp(`^\\["${before}€+$`));
    }
    expect(bodyOf(["x".repeat(8_188)])).toHaveLength(8_192);
    expect(bodyOf(["x".repeat(8_189)])).toHaveLength(8_192);
  });
});

describe("Of a long text", () => {
  test.each([
    ["path", redactPath, 1_000],
    ["query", redactQuery, 2_000],
    ["detail", redactDetail, 500],
    ["agent", redactAgent, 300],
    ["header", (text: string) => redactHeaders([["x-note", text]])["x-note"], 1_000],
  ] as const)("so many characters are kept: %s", (_, redact, kept) => {
    expect(redact("x".repeat(kept))).toBe("x".repeat(kept));
    expect(redact("x".repeat(kept + 1))).toBe("x".repeat(kept));
    expect(redact("x".repeat(20_000))).toBe("x".repeat(kept));
  });

  test("as many as the caller asks for", () => {
    expect(redactPath("x".repeat(300), 200)).toHaveLength(200);
    expect(redactAgent("x".repeat(300), 200)).toHaveLength(200);
  });

  test("a type of a body has 100", () => {
    expect(redactBody({ type: "x".repeat(101), text: "", bytes: 1 })).toBe(`[${"x".repeat(100)}, 1 bytes]`);
  });

  test("headers have 8,192 together with their names, and whole ones alone", () => {
    const headers = Array.from({ length: 9 }, (_, place) => [`h${place}`, "x".repeat(1_000)] as const);
    expect(Object.keys(redactHeaders(headers))).toEqual(headers.slice(0, 8).map(([name]) => name));
    const rest = 8_192 - 8 * 1_002;
    const last = (length: number) => redactHeaders([...headers.slice(0, 8), ["z", "x".repeat(length)]]);
    expect(last(rest - 1)).toHaveProperty("z");
    expect(last(rest)).not.toHaveProperty("z");
  });

  test("nothing is looked through, or kept, beyond 16,384 characters", () => {
    // Keys get shorter when they are hidden, so that more of what follows would fit.
    const keys = `${generateKey("kw", "production")} `.repeat(400);
    expect(bodyOf({ note: `${keys}tail` })).not.toContain("tail");
    expect(redactQuery(`token=${"x".repeat(16_379)}&tail`)).toBe("token=[redacted]");
    expect(redactQuery(`token=${"x".repeat(16_373)}&tail`)).toBe("token=[redacted]&tail");
    expect(bodyOf({ note: `${keys.slice(0, 4_700)}tail` })).toContain("tail");
  });
});
