import { describe, expect, test } from "vitest";
import { SAMPLE_EVERY, StrangerSampler } from "@/gateway/request-log/stranger-sampler";

const NOW = new Date("2026-11-23T12:30:30.000Z");
const LIMIT = 120;

/** How many of the calls had a whole row, and for how many calls the others stand. */
function outcomeOf(addresses: Iterable<string | null>, sampler = new StrangerSampler()) {
  let whole = 0;
  let stoodFor = 0;
  for (const address of addresses) {
    const sampled = sampler.next(NOW, address, LIMIT);
    if (sampled.row === "whole") whole++;
    if (sampled.row === "sample") stoodFor += sampled.standsFor;
  }
  return { whole, stoodFor, networks: sampler.networks };
}

const times = (count: number, address: (number: number) => string | null) =>
  Array.from({ length: count }, (_, number) => address(number));

describe("The sampler of strangers' calls", () => {
  test("gives whole rows up to the limit itself, and then each hundredth stands for itself and the 99 before it", () => {
    const from = "192.0.2.1";
    expect(outcomeOf(times(LIMIT, () => from))).toMatchObject({ whole: LIMIT, stoodFor: 0 });
    expect(outcomeOf(times(LIMIT + 99, () => from))).toMatchObject({ whole: LIMIT, stoodFor: 0 });
    expect(outcomeOf(times(LIMIT + 100, () => from))).toMatchObject({ whole: LIMIT, stoodFor: 100 });
    expect(outcomeOf(times(LIMIT + 1_000, () => from))).toMatchObject({ whole: LIMIT, stoodFor: 1_000 });
  });

  test("remembers no more networks than have a whole row, whoever owns a /32 of IPv6", () => {
    const prefixes = times(65_536, (number) => `2001:db8:${number.toString(16)}::1`);
    const { whole, stoodFor, networks } = outcomeOf(prefixes);
    expect(whole).toBe(LIMIT * 10);
    expect(networks).toBe(LIMIT * 10);
    const surplus = 65_536 - LIMIT * 10;
    expect(stoodFor).toBe(surplus - (surplus % SAMPLE_EVERY));
  });

  test("counts calls without an address as those of one network", () => {
    expect(outcomeOf(times(LIMIT + 100, () => null))).toEqual({ whole: LIMIT, stoodFor: 100, networks: 1 });
  });
});
