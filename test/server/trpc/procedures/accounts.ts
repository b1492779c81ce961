import { randomUUID } from "node:crypto";
import { sqlOf } from "@test/server/services/support";
import { SoftwareAuthenticator } from "@test/support/authenticator";
import { adminOf, type Fixture, newEmail } from "@test/support/fixture";
import { TOTP } from "otpauth";
import type { Id } from "@/contracts/ids";
import { newId } from "@/server/core/ids";
import { confirmSecondFactor, offerSecondFactor } from "@/server/services/admins";
import { offerPasskey, registerPasskey } from "@/server/services/passkeys";

/** What belongs to an account: second factors, passkeys, linked identities. */
export function accountsOf(fixture: Fixture) {
  /** What the app of somebody shows who was just offered a second factor. */
  const appCode = async (id: Id<"adm">) => {
    const own = fixture.context({ ...adminOf("viewer"), id, email: newEmail() });
    const { key } = await offerSecondFactor(own);
    return new TOTP({ secret: key }).generate({ timestamp: fixture.clock.now().getTime() });
  };
  const recoveryCode = async (id: Id<"adm">) => {
    const code = await appCode(id);
    const own = fixture.context({ ...adminOf("viewer"), id, email: newEmail() });
    return (await confirmSecondFactor(own, { code })).codes[0];
  };
  /** Somebody in the session that they have begun last. */
  const inSession = async (id: Id<"adm">) => {
    const [session] = await sqlOf(fixture)<{ id: Id<"ses"> }[]>`
      select id from sessions where admin_id = ${id} order by id desc limit 1`;
    const confirmation = { isFresh: true, ways: [] };
    return fixture.context({ ...adminOf("viewer"), id, sessionId: session?.id, confirmation });
  };
  /** What an authenticator makes for somebody; for nobody, what no session has asked for. */
  const newPasskey = async (id: Id<"adm"> | undefined) => {
    const ctx = id && (await inSession(id));
    const options = {
      challenge: "AAAA",
      rp: { id: "localhost", name: "" },
      user: { id: "AA", name: "", displayName: "" },
    };
    return new SoftwareAuthenticator().create(
      ctx ? (await offerPasskey(ctx)).options : { ...options, pubKeyCredParams: [] },
    );
  };
  const passkeyId = async (id: Id<"adm"> | undefined) => {
    if (!id) return { id: newId("psk") };
    const input = { name: "Laptop", registration: await newPasskey(id) };
    return { id: (await registerPasskey(await inSession(id), input)).passkey.id };
  };
  /** Everybody has one from here on, whoever asks among them. */
  const linkEverybody = async () => {
    const issuer = `https://${randomUUID()}.example`;
    await sqlOf(fixture)`
      insert into admin_identities (issuer, subject, admin_id, email, linked_at, last_sign_in_at)
      select ${issuer}, id, id, email, now(), now() from admins`;
    return { issuer };
  };
  return { appCode, recoveryCode, inSession, newPasskey, passkeyId, linkEverybody };
}
