import * as z from "zod";
import { KeywardError } from "@/client";
import { ENVIRONMENT_DETAILS, ENVIRONMENTS } from "@/contracts/environments";
import { grouped } from "@/contracts/numbers";
import type { Played, PlayOptions } from "@/demo-integration/play";
import { parse } from "@/server/core/validation";
import { type BareCommand, type CommandResult, UsageError } from "../command";
import { CannotOpenError, RefusedError } from "../explain";
import { askSecret } from "../passphrase";
import { readStandardInput } from "../password";
import { onInterrupt } from "../signals";

const NO_KEY_ARGUMENT =
  "A key is no argument: everybody on the machine sees those, and the shell keeps them. Set KEYWARD_API_KEY, type it when asked, or give it on standard input with --key-stdin.";

/** Pause between two calls where none is named, in milliseconds: a call or two a second. */
const EVERY_MS = 700;

function wholeNumber(least: number, most: number) {
  const message = `Must be a whole number from ${grouped(least)} to ${grouped(most)}`;
  return z.coerce.number(message).int(message).min(least, message).max(most, message);
}

const playSchema = z.strictObject({
  url: z.url({ protocol: /^https?$/, error: "Must be like https://keys.example.com" }).optional(),
  every: wholeNumber(0, 60_000).default(EVERY_MS),
  calls: wholeNumber(1, 1_000_000).optional(),
  for: wholeNumber(1, 1_000_000).optional(),
  keyStdin: z.boolean().default(false),
});

export const playCommand: BareCommand = {
  noun: "demo",
  verb: "play",
  summary: "play a shop that calls the public API, until Ctrl-C",
  example: "demo play --url https://keys.example.com --for 60",
  words: [],
  options: {
    url: { about: "where Keyward is; NEXTAUTH_URL, or this machine", value: "address" },
    every: { about: `pause between two calls in milliseconds; ${EVERY_MS}`, value: "n" },
    calls: { about: "end after so many calls", value: "n" },
    for: { about: "end after so many seconds", value: "n" },
    "key-stdin": { about: "read the key from standard input; else KEYWARD_API_KEY, or it is asked for" },
    key: { about: "the key", refused: NO_KEY_ARGUMENT },
  },
  // It asks nothing of an installation here: what it plays on may be elsewhere.
  opensItself: true,
  prepare({ options }) {
    const input = parse(playSchema, options);
    return async (env, tell) => {
      const apiKey = keyOf(
        input.keyStdin ? await readStandardInput("a key") : (env.KEYWARD_API_KEY ?? (await askForKey())),
      );
      const address = input.url ?? env.NEXTAUTH_URL ?? `http://localhost:${env.PORT}`;
      // Who copies it from a guide has the endpoint with it.
      const url = address.replace(/(\/api\/v1(\/\w+)?)?\/*$/, "");
      return untilStopped(input.for === undefined ? null : input.for * 1_000, (signal) =>
        playOn({
          baseUrl: `${url}/api/v1/${environmentOf(apiKey)}`,
          apiKey,
          everyMs: input.every,
          maxCalls: input.calls ?? null,
          signal,
          tell,
        }),
      );
    };
  },
};

/** @throws UsageError where nobody can be asked */
function askForKey(): Promise<string> {
  if (!process.stdin.isTTY) {
    throw new UsageError(
      "Set KEYWARD_API_KEY, or give the key on standard input with --key-stdin: there is no terminal to ask for it.",
    );
  }
  return askSecret("API key: ");
}

/** What cannot stand in a header would be told, whole, by what makes the request. */
function keyOf(given: string): string {
  const key = given.trim();
  if (!/^[!-~]+$/.test(key)) throw new UsageError("What was given is no API key.");
  return key;
}

/** Which environment a key is of is a part of it; what is no key is refused by the server. */
function environmentOf(apiKey: string): string {
  const [, slug] = apiKey.split("_");
  return ENVIRONMENTS.find((name) => ENVIRONMENT_DETAILS[name].slug === slug) ?? ENVIRONMENTS[0];
}

/**
 * Ctrl-C ends what it does in good order.
 * @param mostMs after which it ends as well, in milliseconds; null: only then
 */
async function untilStopped<Result>(
  mostMs: number | null,
  work: (stop: AbortSignal) => Promise<Result>,
): Promise<Result> {
  const stop = new AbortController();
  const finish = onInterrupt(() => stop.abort());
  const timer = mostMs === null ? undefined : setTimeout(() => stop.abort(), mostMs);
  try {
    return await work(stop.signal);
  } finally {
    clearTimeout(timer);
    finish();
  }
}

/** @throws CannotOpenError where no Keyward answers; RefusedError where the key is no good from the beginning */
async function playOn(options: PlayOptions): Promise<CommandResult> {
  const { playShop } = await import("@/demo-integration/play");
  try {
    const played = await playShop(options);
    return { text: textOf(played), data: played, failed: played.failure !== null };
  } catch (error) {
    if (options.signal.aborted) return { text: "Ended before the first call was answered.", data: null };
    if (!(error instanceof KeywardError)) throw error;
    const isAway = error.code === "unreachable" || error.code === "unexpected_answer";
    if (!isAway) throw new RefusedError(error.message, error.code, error);
    throw new CannotOpenError(`${error.message} Say where Keyward is with --url.`, error.code, error);
  }
}

function textOf({ key, calls, done, leftOut, failure }: Played): string {
  const { customers, licenses, activations, events, jobs, read, refusals } = done;
  const counts = [
    counted(customers, "new customer"),
    counted(licenses, "licence made", "licences made"),
    counted(activations, "activation"),
    counted(events, "event"),
    counted(jobs, "job"),
    counted(read, "licence read", "licences read"),
    counted(refusals, "refusal handled", "refusals handled"),
  ];
  return [
    `${counted(calls, "call")} as ${key.name} in ${key.environment}: ${counts.join(", ")}.`,
    ...leftOut.map(
      ({ part, code, missingPermissions }) => `It did not ${part}: ${missingPermissions.join(", ") || code}.`,
    ),
    ...(failure ? [failure.detail] : []),
  ].join("\n");
}

function counted(count: number, one: string, many = `${one}s`): string {
  return `${grouped(count)} ${count === 1 ? one : many}`;
}
