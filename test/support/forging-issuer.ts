import { generateKeyPairSync, sign } from "node:crypto";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { CLIENT } from "./identity-provider";

const TOKEN_SECONDS = 60;

/** A provider that signs whatever a test wants, as no honest one would. */
export interface ForgingIssuer {
  issuer: string;
  /** Says what the next sign-in is answered with. @param nonce that of the request, which a good token carries */
  answers(nonce: string, deviations?: Forgery): void;
  close(): Promise<void>;
}

export interface Forgery {
  /** Claims of the ID token that are other than they should be; undefined leaves one out. */
  token?: Record<string, unknown>;
  /** The same of the userinfo endpoint. */
  userinfo?: Record<string, unknown>;
  /** Signed by a key that the issuer does not publish, or by none. */
  signedBy?: "another key" | "nobody";
}

const GOOD = { sub: "ada", email: "ada@acme.example", email_verified: true };

export async function startForgingIssuer(): Promise<ForgingIssuer> {
  const [own, another] = [0, 1].map(() => generateKeyPairSync("rsa", { modulusLength: 2_048 }));
  if (!own || !another) throw new Error("no keys");
  let next: { token: string; userinfo: object } | undefined;
  const server = createServer((request, response) => {
    const { pathname } = new URL(request.url ?? "/", issuer);
    const body = answerOf(pathname);
    response.writeHead(body ? 200 : 404, { "Content-Type": "application/json" }).end(JSON.stringify(body));
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const issuer = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;

  function answerOf(path: string): object | undefined {
    switch (path) {
      case "/.well-known/openid-configuration":
        return {
          issuer,
          authorization_endpoint: `${issuer}/authorize`,
          token_endpoint: `${issuer}/token`,
          userinfo_endpoint: `${issuer}/userinfo`,
          jwks_uri: `${issuer}/keys`,
          token_endpoint_auth_methods_supported: ["client_secret_post"],
        };
      case "/keys":
        return {
          keys: [{ ...own?.publicKey.export({ format: "jwk" }), kid: "1", alg: "RS256", use: "sig" }],
        };
      case "/token":
        return { access_token: "access", token_type: "Bearer", id_token: next?.token };
      case "/userinfo":
        return next?.userinfo;
    }
    return undefined;
  }

  return {
    issuer,
    answers(nonce, { token = {}, userinfo = {}, signedBy } = {}) {
      const now = Math.floor(Date.now() / 1_000);
      const claims = {
        iss: issuer,
        aud: CLIENT.id,
        iat: now,
        exp: now + TOKEN_SECONDS,
        nonce,
        ...GOOD,
        ...token,
      };
      const key = (signedBy === "another key" ? another : own).privateKey;
      const head = { alg: signedBy === "nobody" ? "none" : "RS256", kid: "1" };
      const signed = [head, claims].map((part) => encoded(JSON.stringify(part))).join(".");
      const signature = signedBy === "nobody" ? "" : encoded(sign("sha256", Buffer.from(signed), key));
      next = { token: `${signed}.${signature}`, userinfo: { ...GOOD, ...userinfo } };
    },
    async close() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

const encoded = (bytes: string | Buffer) => Buffer.from(bytes).toString("base64url");
