"use client";

import { type RefObject, useCallback, useEffect, useRef, useState } from "react";
import type { RequestView } from "@/contracts/requests";
import type { RequestFilterInput } from "@/contracts/schemas/request-queries";
import { trpc } from "@/trpc/client";

const EVERY_MS = 1_000;
/** Rows kept on the page; who needs more than the latest looks at a time. */
const MOST = 200;

/** Calls as they come in. */
export interface LiveCalls {
  /** Newest first. */
  rows: RequestView[];
  /** How many have come since the reader scrolled away from the top. */
  waiting: number;
  error: unknown;
}

const newestFirst = (one: RequestView, other: RequestView) =>
  other.at.localeCompare(one.at) || other.rowId.localeCompare(one.rowId);

/** Both lists as one, each call once, newest first. */
export function mergeCalls(some: readonly RequestView[], more: readonly RequestView[]): RequestView[] {
  const byId = new Map([...some, ...more].map((call) => [call.rowId, call]));
  return [...byId.values()].sort(newestFirst).slice(0, MOST);
}

/**
 * Asks every second what came in, while the page is seen. What comes while `top` is scrolled out of view waits, so that
 * the rows being read stay where they are.
 */
export function useLiveCalls(
  filter: RequestFilterInput,
  active: boolean,
  top: RefObject<HTMLElement | null>,
): LiveCalls {
  const { client } = trpc.useUtils();
  const [rows, setRows] = useState<RequestView[]>([]);
  const [waiting, setWaiting] = useState<RequestView[]>([]);
  const [error, setError] = useState<unknown>(null);
  const atTop = useAtTop(top, active);
  const asked = JSON.stringify(filter);

  const take = useCallback(
    (arrived: readonly RequestView[]) => {
      if (!atTop) return setWaiting((held) => mergeCalls(held, arrived));
      setRows((shown) => mergeCalls(shown, arrived));
    },
    [atTop],
  );
  // The latest one, so that scrolling does not start the asking anew.
  const taking = useRef(take);
  useEffect(() => {
    taking.current = take;
  }, [take]);

  useEffect(() => {
    setRows([]);
    setWaiting([]);
    setError(null);
    if (!active) return;
    const filter = JSON.parse(asked) as RequestFilterInput;
    let since: string | null = null;
    return everySecondWhileSeen(async (stillAsked) => {
      try {
        const answer = await client.requests.tail.query({ ...filter, since });
        if (!stillAsked()) return;
        since = answer.now;
        setError(null);
        if (answer.rows.length > 0) taking.current(answer.rows);
      } catch (problem) {
        if (stillAsked()) setError(problem);
      }
    });
  }, [active, asked, client]);

  useEffect(() => {
    if (!atTop || waiting.length === 0) return;
    setRows((shown) => mergeCalls(shown, waiting));
    setWaiting([]);
  }, [atTop, waiting]);

  // Each answer repeats some seconds of the one before.
  const known = new Set(rows.map(({ rowId }) => rowId));
  return { rows, waiting: waiting.filter(({ rowId }) => !known.has(rowId)).length, error };
}

/**
 * Does it now, and again a second after each time it was done; not while the page is hidden.
 * @returns ends it; what is under way is told by its argument that nobody waits for it any more
 */
function everySecondWhileSeen(act: (stillAsked: () => boolean) => Promise<void>): () => void {
  let stopped = false;
  let timer: ReturnType<typeof setTimeout>;
  const go = async () => {
    if (!document.hidden) await act(() => !stopped);
    if (!stopped) timer = setTimeout(go, EVERY_MS);
  };
  void go();
  return () => {
    stopped = true;
    clearTimeout(timer);
  };
}

/** Whether the element is in view. */
function useAtTop(element: RefObject<HTMLElement | null>, active: boolean): boolean {
  const [atTop, setAtTop] = useState(true);
  useEffect(() => {
    if (!active || !element.current) return;
    const observer = new IntersectionObserver(([entry]) => setAtTop(entry?.isIntersecting ?? true));
    observer.observe(element.current);
    return () => observer.disconnect();
  }, [active, element]);
  return atTop;
}
