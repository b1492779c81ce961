import { setTimeout as pause } from "node:timers/promises";
import { MINUTE_MS } from "@/contracts/durations";
import { ATTACKS } from "./attacks";

/**
 * Makes one attack, in a process of its own, so that what it computes does not count as the server's slowness. Until it is
 * told to end, and never for longer than a minute. Then it says as JSON how often it was answered what.
 *
 *     node --import tsx test/bench/attacker.ts <attack> <url> <key>
 */
const LONGEST_MS = MINUTE_MS;

const [name = "", url = "", key = ""] = process.argv.slice(2);
const attack = ATTACKS[name];
if (!attack) throw new Error(`There is no attack "${name}".`);

const answers: Record<string, number> = {};
const end = () => process.stdout.write(JSON.stringify(answers), () => process.exit(0));
process.once("SIGTERM", end);
setTimeout(end, LONGEST_MS);

let turn = 0;
for (let connection = 0; connection < attack.connections; connection++) {
  void (async () => {
    for (;;) {
      // A connection that is closed without a word is an answer, too.
      const answer = await attack.strike({ url, key }, turn++).catch(() => "closed");
      answers[answer] = (answers[answer] ?? 0) + 1;
      if (attack.pause) await pause(attack.pause);
    }
  })();
}
