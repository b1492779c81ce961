import type { TestProject } from "vitest/node";
import { missingPackages, type ServerPackage } from "./programs";

/**
 * Says after the run, where nobody overlooks it, which tests were not run for lack of a server.
 * @throws Error before the run where CI is "true": there, skipping would be a green run that checked nothing
 */
export default function setup(project: TestProject): (() => void) | undefined {
  const missing = missingPackages();
  if (missing.length === 0) return;
  const install = `apt-get install ${missing.join(" ")}`;
  if (process.env.CI === "true") throw new Error(`Tests need what is not installed: ${install}`);
  return () => {
    const skipped = missing.flatMap((name) => skippedFor(project, name));
    if (skipped.length > 0) process.stdout.write(`NOT RUN: ${skipped.join("; ")}. To run them: ${install}\n`);
  };
}

/** How many tests of which files were skipped for want of the package, in words; none of them, none. */
function skippedFor(project: TestProject, name: ServerPackage): string[] {
  const counts = project.vitest.state.getTestModules().flatMap((module) => {
    const tests = [...module.children.allTests("skipped")].filter(({ tags }) => tags.includes(name));
    return tests.length > 0 ? [`${tests.length} of ${module.relativeModuleId}`] : [];
  });
  return counts.length > 0 ? [`without ${name} ${counts.join(", ")}`] : [];
}
