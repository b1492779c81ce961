import { readFileSync, writeFileSync } from "node:fs";
import { kept, withTable } from "./report";

/* `npm run bench:readme`: the table of the last run of all benchmarks, into the README. */
writeFileSync("README.md", withTable(readFileSync("README.md", "utf8"), kept()));
