import fc from "fast-check";

/**
 * Where a run decides on a change, properties are tried with the same values each time, so that a change is refused for a
 * fault of its own. Elsewhere with others each time; what fails names its seed.
 */
export const SEED = process.env.CI ? 20_261_128 : Date.now() % 2 ** 31;

if (process.env.CI) fc.configureGlobal({ ...fc.readConfigureGlobal(), seed: SEED });
