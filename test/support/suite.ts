import { afterAll, afterEach, beforeAll, beforeEach, onTestFinished } from "vitest";
import { createFixture, type Fixture } from "./fixture";

type FixtureParameters = Parameters<typeof createFixture>;

/** What the hooks have made last, under one name for the whole suite. */
function holder() {
  let made: Fixture | undefined;
  const fixture = new Proxy({} as Fixture, {
    get(_, member) {
      if (!made) throw new Error("The fixture of a suite is there from its beforeAll or beforeEach on");
      return Reflect.get(made, member);
    },
  });
  const make = async (parameters: FixtureParameters) => {
    made = await createFixture(...parameters);
  };
  return { fixture, make, close: () => made?.close() };
}

/**
 * A fixture for a whole file, or for a describe: made before its first test, closed after its last. To be used from
 * `beforeAll` on. The parameters are those of {@link createFixture}.
 */
export function suiteFixture(...parameters: FixtureParameters): Fixture {
  const { fixture, make, close } = holder();
  beforeAll(() => make(parameters));
  afterAll(close);
  return fixture;
}

/** The same, made anew for each test, where one would find what another has left. */
export function testFixture(...parameters: FixtureParameters): Fixture {
  const { fixture, make, close } = holder();
  beforeEach(() => make(parameters));
  afterEach(close);
  return fixture;
}

/** A fixture of one test's own, closed when that is over. */
export async function ownFixture(...parameters: FixtureParameters): Promise<Fixture> {
  const fixture = await createFixture(...parameters);
  onTestFinished(() => fixture.close());
  return fixture;
}
