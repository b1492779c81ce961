/** What came out of some work; null where it was still under way a while after `stop`: a server may be silent for minutes. */
export function unlessStopped<Result>(
  work: Promise<Result>,
  stop: AbortSignal,
  patienceMs: number,
): Promise<Result | null> {
  return new Promise((resolve, reject) => {
    let timer: NodeJS.Timeout | undefined;
    const stopped = () => {
      timer = setTimeout(() => resolve(null), patienceMs);
    };
    if (stop.aborted) stopped();
    else stop.addEventListener("abort", stopped, { once: true });
    work.then(resolve, reject).finally(() => {
      stop.removeEventListener("abort", stopped);
      clearTimeout(timer);
    });
  });
}
