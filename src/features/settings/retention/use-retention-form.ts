import { useState } from "react";
import { type Retention, retentionTrialSchema } from "@/contracts/settings";
import { useDebounced } from "@/lib/use-debounced";
import { RETENTION_KIND_NAMES, type RetentionKind } from "./dropped-text";

type Texts = Record<RetentionKind, string>;

const SETTLE_MS = 400;

/** What was typed, as days; what is no number becomes one that the contract refuses. */
function read(texts: Texts) {
  const days = (text: string) => (/^\s*\d+\s*$/.test(text) ? Number(text) : Number.NaN);
  return retentionTrialSchema.safeParse({
    logDays: days(texts.logDays),
    telemetryDays: days(texts.telemetryDays),
  });
}

/** The state of the form: what was typed over what is stored. A field that nobody touched follows what is stored. */
export function useRetentionForm(stored: Retention) {
  const [typed, setTyped] = useState<Partial<Texts>>({});
  const [tried, setTried] = useState(false);
  const texts: Texts = {
    logDays: typed.logDays ?? String(stored.logDays),
    telemetryDays: typed.telemetryDays ?? String(stored.telemetryDays),
  };
  const logDays = useDebounced(texts.logDays, SETTLE_MS);
  const telemetryDays = useDebounced(texts.telemetryDays, SETTLE_MS);
  const settled = read({ logDays, telemetryDays });
  const now = read(texts);
  // A field that was emptied to be typed anew is not wrong yet.
  const issues = (tried ? now : settled).error?.issues ?? [];
  return {
    texts,
    type(kind: RetentionKind, text: string) {
      setTyped((before) => ({ ...before, [kind]: text }));
    },
    reset() {
      setTyped({});
      setTried(false);
    },
    /** From now on what is wrong is said at once. */
    refuse: () => setTried(true),
    /** What to save; null while something is wrong. */
    wanted: now.data ?? null,
    /** The same, once typing has paused. */
    settled: settled.data ?? null,
    errorOf: (kind: RetentionKind) => issues.find(({ path }) => path[0] === kind)?.message,
    dirty: RETENTION_KIND_NAMES.some((kind) => texts[kind].trim() !== String(stored[kind])),
  };
}

/** The kinds that differ. */
export function changedKinds(stored: Retention, wanted: Retention): RetentionKind[] {
  return RETENTION_KIND_NAMES.filter((kind) => stored[kind] !== wanted[kind]);
}
