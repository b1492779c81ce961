import { createFixture, type Fixture } from "@test/support/fixture";
import { ENVIRONMENTS, type Environment } from "@/contracts/environments";
import { plantSamples } from "./api-tables";
import type { Subject } from "./isolation-checks";

/**
 * A fixture whose tables hold rows of every environment, within the scope of a key and beyond.
 * @param logins whether the environments have logins of their own, or share the owner's
 */
export async function createSubject(logins: boolean): Promise<{ fixture: Fixture; subject: Subject }> {
  const fixture = await createFixture({}, undefined, undefined, { logins });
  const { databases } = fixture.runtime;
  const owner = databases.owner.$client;
  const api = Object.fromEntries(ENVIRONMENTS.map((one) => [one, databases.api[one].$client]));
  const makeKey = async (environment: Environment) => (await fixture.key({ environment })).key.id;
  const samples = await plantSamples(owner, makeKey);
  return { fixture, subject: { owner, api: api as Subject["api"], samples } };
}
