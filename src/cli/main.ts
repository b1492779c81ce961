import nextEnv from "@next/env";
import { readEnv } from "@/env";
import { run } from "./run";

// As Next does for the server: the process' own variables win.
nextEnv.loadEnvConfig(process.cwd());
const { code, stdout, stderr } = await run(process.argv.slice(2), readEnv);
process.stdout.write(stdout);
process.stderr.write(stderr);
process.exitCode = code;
