import { createWorld, type World } from "@test/support/world";
import { ENVIRONMENTS, type Environment } from "@/contracts/environments";
import { plantSamples } from "./api-tables";
import type { Subject } from "./isolation-checks";

/**
 * A world whose tables hold rows of every environment, within the scope of a key and beyond.
 * @param logins whether the environments have logins of their own, or share the owner's
 */
export async function createSubject(logins: boolean): Promise<{ world: World; subject: Subject }> {
  const world = await createWorld({}, undefined, undefined, { logins });
  const { databases } = world.platform;
  const owner = databases.owner.$client;
  const api = Object.fromEntries(ENVIRONMENTS.map((one) => [one, databases.api[one].$client]));
  const makeKey = async (environment: Environment) => (await world.key({ environment })).key.id;
  const samples = await plantSamples(owner, makeKey);
  return { world, subject: { owner, api: api as Subject["api"], samples } };
}
