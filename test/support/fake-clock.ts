import { randomUUID } from "node:crypto";
import { renameSync, writeFileSync } from "node:fs";
import { machine } from "node:os";
import path from "node:path";
import { inject } from "vitest";

/** Of Debian's package faketime: shows a process another time. */
const LIBRARY = `/usr/lib/${machine()}-linux-gnu/faketime/libfaketime.so.1`;

/** The clock that a process is shown, which can be set while the process runs. */
export interface FakeClock {
  /** The environment with which the process has to start. */
  settings: Record<string, string>;
  /** @param offset from the real time, in libfaketime's words: "+6m", "-10m", "+40d", "+0" */
  set(offset: string): void;
}

/** What only goes forward (CLOCK_MONOTONIC) is shown as it is: a clock that is set does not move it either. */
export function fakeClock(offset = "+0"): FakeClock {
  const file = path.join(inject("scratchDirectory"), `clock-${randomUUID()}`);
  const set = (offset: string) => {
    // In one step, or the process reads an empty file.
    writeFileSync(`${file}.new`, offset);
    renameSync(`${file}.new`, file);
  };
  set(offset);
  return {
    settings: {
      LD_PRELOAD: LIBRARY,
      FAKETIME_TIMESTAMP_FILE: file,
      FAKETIME_NO_CACHE: "1",
      FAKETIME_DONT_FAKE_MONOTONIC: "1",
    },
    set,
  };
}
