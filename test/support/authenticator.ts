import { createHash, generateKeyPairSync, type KeyObject, randomBytes, sign } from "node:crypto";
import type {
  PublicKeyCredentialCreationOptionsJSON,
  PublicKeyCredentialRequestOptionsJSON,
} from "@simplewebauthn/server";

/** How an authenticator, or the browser before it, departs from what it should do. */
export interface Deviations {
  /** The page that asks, as the browser sees it. */
  origin?: string;
  rpId?: string;
  challenge?: string;
  /** False: nobody's PIN, finger or face was checked. */
  verifiesUser?: boolean;
  /** The page stands in a frame of another site's. */
  isEmbedded?: boolean;
  /** What it says how often it has signed. */
  counter?: number;
  /** Whose it says that it is; null: it does not. */
  userHandle?: string | null;
  /** Signs with another key than its own. */
  signsWith?: KeyObject;
  type?: string;
}

interface Credential {
  id: Buffer;
  userHandle: string;
  privateKey: KeyObject;
  publicKey: Buffer;
}

const UP = 0x01;
const UV = 0x04;
const BACKUP_ELIGIBLE = 0x08;
const BACKED_UP = 0x10;
const ATTESTED = 0x40;

const sha256 = (data: Buffer | string) => createHash("sha256").update(data).digest();

/**
 * An authenticator with one passkey (Web Authentication Level 3, section 6), with real keys (ES256) and CBOR, together with
 * the browser that it is asked by. It does as it is told, also what no browser would: to be an attacker's.
 */
export class SoftwareAuthenticator {
  counter = 0;
  #credential: Credential | undefined;

  /** @param options.counts whether it counts its signatures; one whose passkeys are synced does not */
  constructor(
    readonly origin = "http://localhost:3000",
    readonly options: { counts?: boolean; isSynced?: boolean } = {},
  ) {}

  /** Makes its passkey: RegistrationResponseJSON. */
  create(options: Omit<PublicKeyCredentialCreationOptionsJSON, "extensions">, deviations: Deviations = {}) {
    const { privateKey, publicKey } = generateKeyPairSync("ec", { namedCurve: "P-256" });
    const { x = "", y = "" } = publicKey.export({ format: "jwk" });
    const id = this.#credential?.id ?? randomBytes(32);
    this.#credential = {
      id,
      userHandle: Buffer.from(options.user.id, "base64url").toString(),
      privateKey,
      publicKey: coseKey(Buffer.from(x, "base64url"), Buffer.from(y, "base64url")),
    };
    const authData = Buffer.concat([
      this.#authenticatorData(options.rp.id ?? "", ATTESTED, deviations),
      Buffer.alloc(16),
      uint16(id.length),
      id,
      this.#credential.publicKey,
    ]);
    const attestationObject = Buffer.concat([
      Buffer.from([0xa3]),
      cborText("fmt"),
      cborText("none"),
      cborText("attStmt"),
      Buffer.from([0xa0]),
      cborText("authData"),
      cborBytes(authData),
    ]);
    return {
      ...this.#named(id),
      response: {
        clientDataJSON: this.#clientData("webauthn.create", options.challenge, deviations).toString(
          "base64url",
        ),
        attestationObject: attestationObject.toString("base64url"),
        transports: ["internal"],
      },
    };
  }

  /** Answers a challenge: AuthenticationResponseJSON. */
  get(options: Omit<PublicKeyCredentialRequestOptionsJSON, "extensions">, deviations: Deviations = {}) {
    const credential = this.#credential;
    if (!credential) throw new Error("It has no passkey yet");
    if (this.options.counts) this.counter++;
    const authenticatorData = this.#authenticatorData(options.rpId ?? "", 0, deviations);
    const clientData = this.#clientData("webauthn.get", options.challenge, deviations);
    const signed = Buffer.concat([authenticatorData, sha256(clientData)]);
    const { userHandle = credential.userHandle } = deviations;
    return {
      ...this.#named(credential.id),
      response: {
        clientDataJSON: clientData.toString("base64url"),
        authenticatorData: authenticatorData.toString("base64url"),
        signature: sign("sha256", signed, deviations.signsWith ?? credential.privateKey).toString(
          "base64url",
        ),
        ...(userHandle === null ? {} : { userHandle: Buffer.from(userHandle).toString("base64url") }),
      },
    };
  }

  #named(id: Buffer) {
    const text = id.toString("base64url");
    return { id: text, rawId: text, type: "public-key" as const };
  }

  #authenticatorData(rpId: string, flags: number, deviations: Deviations): Buffer {
    const { verifiesUser = true, counter = this.counter } = deviations;
    const backup = this.options.isSynced ? BACKUP_ELIGIBLE | BACKED_UP : 0;
    const counterBytes = Buffer.alloc(4);
    counterBytes.writeUInt32BE(counter);
    return Buffer.concat([
      sha256(deviations.rpId ?? rpId),
      Buffer.from([flags | UP | (verifiesUser ? UV : 0) | backup]),
      counterBytes,
    ]);
  }

  #clientData(type: string, challenge: string, deviations: Deviations): Buffer {
    const { origin = this.origin } = deviations;
    const data = {
      type: deviations.type ?? type,
      challenge: deviations.challenge ?? challenge,
      origin,
      crossOrigin: deviations.isEmbedded ?? false,
    };
    return Buffer.from(JSON.stringify(data));
  }
}

function uint16(value: number): Buffer {
  const bytes = Buffer.alloc(2);
  bytes.writeUInt16BE(value);
  return bytes;
}

/** A text of less than 24 bytes (RFC 8949, section 3.1, major type 3). */
const cborText = (text: string) => Buffer.concat([Buffer.from([0x60 | text.length]), Buffer.from(text)]);

/** A byte string of at most 65,535 bytes (major type 2). */
const cborBytes = (bytes: Buffer) => Buffer.concat([Buffer.from([0x59]), uint16(bytes.length), bytes]);

/** A COSE_Key of ES256 on P-256 (RFC 9053, sections 2.1 and 7.1.1): kty 2, alg -7, crv 1, x, y. */
function coseKey(x: Buffer, y: Buffer): Buffer {
  const coordinate = (label: number, value: Buffer) =>
    Buffer.concat([Buffer.from([label, 0x58, 0x20]), value]);
  return Buffer.concat([
    Buffer.from([0xa5, 0x01, 0x02, 0x03, 0x26, 0x20, 0x01]),
    coordinate(0x21, x),
    coordinate(0x22, y),
  ]);
}
