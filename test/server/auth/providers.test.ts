import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { readEnv } from "@/env";
import { admissionBy, waysToSignIn } from "@/server/auth/providers/configured";
import { githubPerson } from "@/server/auth/providers/github";
import { domainOfAddress } from "@/server/auth/providers/oidc";

const OIDC = { OIDC_ISSUER: "https://id.acme.example", OIDC_CLIENT_ID: "c", OIDC_CLIENT_SECRET: "s" };
const GITHUB = { GITHUB_ID: "c", GITHUB_SECRET: "s" };
const GOOGLE = { GOOGLE_ID: "c", GOOGLE_SECRET: "s" };

describe("The settings of providers", () => {
  test("give the buttons of the sign-in page, and no secret", () => {
    expect(waysToSignIn({ env: readEnv({}), mailer: null }).providers).toEqual([]);
    const env = readEnv({ ...GITHUB, ...GOOGLE, ...OIDC, OIDC_NAME: "Acme ID" });
    expect(waysToSignIn({ env, mailer: null }).providers).toEqual([
      { id: "oidc", name: "Acme ID" },
      { id: "google", name: "Google" },
      { id: "github", name: "GitHub" },
    ]);
  });

  test("give roles by groups to the provider that names them alone", () => {
    const env = readEnv({ ...OIDC, ...GITHUB, OIDC_ROLES_CLAIM: "groups", OIDC_ROLE_MAP: "a=admin" });
    expect(admissionBy(env, "oidc").roleMap).toEqual([{ group: "a", role: "admin", environment: null }]);
    expect(admissionBy(env, "github").roleMap).toBeNull();
  });

  test.each<[string, Record<string, string>, RegExp]>([
    ["an issuer without a client", { OIDC_ISSUER: "https://id.acme.example" }, /go together/],
    [
      "an issuer in the clear",
      { ...OIDC, OIDC_ISSUER: "http://id.acme.example" },
      /OIDC_ISSUER: Must start with https/,
    ],
    ["an issuer with a query", { ...OIDC, OIDC_ISSUER: "https://id.acme.example?a=b" }, /no query/],
    [
      "addresses trusted of another than the issuer",
      { ...OIDC, OIDC_EMAILS_TRUSTED_OF: "https://login.microsoftonline.com/common/v2.0" },
      /OIDC_EMAILS_TRUSTED_OF: Must be the same as OIDC_ISSUER/,
    ],
    ["half of GitHub", { GITHUB_ID: "c" }, /GITHUB_ID and GITHUB_SECRET go together/],
    ["half of Google", { GOOGLE_SECRET: "c" }, /GOOGLE_ID and GOOGLE_SECRET go together/],
    ["a role map without its claim", { ...OIDC, OIDC_ROLE_MAP: "a=admin" }, /OIDC_ROLES_CLAIM and/],
    [
      "a role map without its provider",
      { OIDC_ROLES_CLAIM: "g", OIDC_ROLE_MAP: "a=admin" },
      /Needs OIDC_ISSUER/,
    ],
    [
      "domains of nobody who could vouch",
      { ...GITHUB, SSO_ALLOWED_DOMAINS: "acme.example" },
      /OIDC_ISSUER or GOOGLE/,
    ],
    ["a domain that is none", { ...OIDC, SSO_ALLOWED_DOMAINS: "@acme.example" }, /Must be domains/],
    ["owners by domain", { ...OIDC, SSO_DEFAULT_ROLE: "owner" }, /SSO_DEFAULT_ROLE: Must be admin/],
  ])("refuse %s at the start, in one line", (_, settings, message) => {
    expect(() => readEnv(settings)).toThrow(message);
  });
});

test("An OpenID provider speaks for the domain after the last @ of an address", () => {
  expect(domainOfAddress({ email: "a@evil.example@acme.example" })).toBe("acme.example");
  expect(domainOfAddress({ email: null })).toBeNull();
});

describe("At GitHub", () => {
  let api = "";
  let emails: unknown = [];
  const server = createServer((request, response) => {
    const isKnown = request.headers.authorization === "Bearer good";
    const account = { id: 42, login: "ada", name: null, email: "shown@profile.example" };
    const body = request.url === "/user" ? account : emails;
    response.writeHead(isKnown ? 200 : 401).end(JSON.stringify(body));
  });

  beforeAll(async () => {
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    api = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  });
  afterAll(() => void server.close());

  test("somebody is their number and their primary address, never the address on their profile", async () => {
    emails = [
      { email: "other@acme.example", primary: false, verified: true },
      { email: "ada@acme.example", primary: true, verified: false },
    ];
    expect(await githubPerson("good", api)).toEqual({
      issuer: "https://github.com",
      subject: "42",
      email: "ada@acme.example",
      emailVerified: false,
      domain: null,
      name: "ada",
      authenticatedAt: null,
      groups: null,
    });
    emails = [{ email: "other@acme.example", primary: false, verified: true }];
    expect(await githubPerson("good", api)).toMatchObject({ email: null, emailVerified: false });
  });

  test("an answer that is none signs nobody in", async () => {
    await expect(githubPerson("bad", api)).rejects.toThrow("GitHub answered 401");
    emails = { message: "Not Found" };
    await expect(githubPerson("good", api)).rejects.toThrow();
  });
});
