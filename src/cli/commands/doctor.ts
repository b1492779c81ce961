import type { CheckResult, CheckState } from "@/contracts/doctor";
import type { Command } from "../command";

const MARKS: Record<CheckState, string> = { ok: "ok     ", warning: "warning", error: "ERROR  " };

/** One check, one line: a terminal or a log can be searched for it. */
const line = ({ check, state, says, cure }: CheckResult) =>
  `${MARKS[state]}  ${check.padEnd(12)}  ${says}${cure ? ` ${cure}` : ""}`;

export const doctorCommands: readonly Command[] = [
  {
    noun: "doctor",
    summary: "check the installation, and say what to do about what is wrong",
    example: "doctor --json",
    words: [],
    options: {},
    // A wrong pepper or prefix is a finding of its own.
    mendsKeyMaterial: true,
    examines: true,
    prepare:
      () =>
      async (ctx, { deployment }) => {
        const { examineInstallation } = await import("@/server/services/health");
        const checks = await examineInstallation(ctx, deployment);
        const count = (wanted: CheckState) => checks.filter(({ state }) => state === wanted).length;
        const told = (state: CheckState) => `${count(state)} ${state}${count(state) === 1 ? "" : "s"}`;
        const isWell = count("ok") === checks.length;
        const sum = isWell ? "All is well." : `${told("error")}, ${told("warning")}.`;
        const failed = count("error") > 0;
        return { text: [...checks.map(line), sum].join("\n"), data: { ok: !failed, checks }, failed };
      },
  },
];
