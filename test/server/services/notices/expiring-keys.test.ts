import { describe, expect, test } from "vitest";
import { createKey, revokeKey, updateKey } from "@/server/services/keys";
import { sendDueMails } from "@/server/services/mails";
import { DAY, NEVER, noticesSuite } from "./support";

const { suite, person, inDays, keyOf, removeKey, look, titles, mailed } = noticesSuite();

describe("A key that expires", () => {
  test("is told of 30, 14, 7 days and a day before and once it has, each once, to its owner, by mail and in the console", async () => {
    const [ada, eve] = [await person("ada"), await person("eve")];
    await keyOf(ada, 40);
    // The days before, on and after each of them.
    let today = 0;
    const mails: string[] = [];
    for (const day of [9, 10, 11, 25, 26, 27, 32, 33, 34, 38, 39, 40, 41]) {
      suite.fixture.clock.advance((day - today) * DAY);
      today = day;
      await Promise.all([look(), look()]);
      mails.push(...(await mailed()));
    }
    const told = [
      "Deploy expires in 30 days",
      "Deploy expires in 14 days",
      "Deploy expires in 7 days",
      "Deploy expires within a day",
      "Deploy has expired",
    ];
    expect(await titles(ada)).toEqual(told);
    expect(await titles(eve)).toEqual([]);
    expect(mails).toEqual(told.map((title) => `ada@acme.example: ${title}`));
  });

  test("that was made for five days is told of a day before alone", async () => {
    const ada = await person("ada");
    await keyOf(ada, 5);
    for (let day = 0; day < 5; day += 1) {
      await look();
      suite.fixture.clock.advance(DAY);
    }
    expect(await titles(ada)).toEqual(["Deploy expires within a day"]);
  });

  test("later or earlier is told of anew, by the date that it has then", async () => {
    const ada = await person("ada");
    const { id } = await keyOf(ada, 40);
    suite.fixture.clock.advance(34 * DAY);
    await look();
    await updateKey(suite.fixture.context(ada), { id, expiresAt: inDays(90) });
    await look();
    suite.fixture.clock.advance(83 * DAY);
    await look();
    expect(await titles(ada)).toEqual(["Deploy expires in 6 days", "Deploy expires in 7 days"]);
  });

  test("is told of once where Keyward was down over several of the days, and not at all where it is revoked or deleted", async () => {
    const ada = await person("ada");
    await keyOf(ada, 40);
    const revoked = await keyOf(ada, 40, "Revoked");
    const deleted = await keyOf(ada, 40, "Deleted");
    await revokeKey(suite.fixture.context(ada), { id: revoked.id, reason: "" });
    await removeKey(deleted.id, "Deleted");
    suite.fixture.clock.advance(37 * DAY);
    await look();
    expect(await titles(ada)).toEqual(["Deploy expires in 3 days"]);
  });

  test("of a contact outside is told to them by mail, once, without a link, and to those who manage keys there", async () => {
    const ada = await person("ada");
    await person("vic", "viewer");
    await createKey(suite.fixture.context(), {
      name: "Shop",
      environment: "staging",
      permissions: ["customers:read"],
      rateLimits: { minute: 60 },
      expiresAt: inDays(31),
      owner: "shop@partner.example",
    });
    suite.fixture.clock.advance(2 * DAY);
    await look();
    await look();
    await sendDueMails(suite.worker, NEVER);
    expect(suite.server.mails.map(({ recipient }) => recipient).sort()).toEqual([
      "ada@acme.example",
      "shop@partner.example",
    ]);
    const toContact = suite.server.mails.find(({ recipient }) => recipient.startsWith("shop"));
    expect(toContact?.html).not.toContain("<a ");
    expect(await titles(ada)).toEqual(["Shop expires in 29 days"]);
  });
});
