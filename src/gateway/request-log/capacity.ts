import { AppError } from "@/server/core/errors";

/** What calls wait for while as many are held as may be. */
export class Capacity {
  #opening: { promise: Promise<void>; open: () => void } | null = null;

  /** Lets all on that wait. */
  open(): void {
    this.#opening?.open();
    this.#opening = null;
  }

  /**
   * Resolves at the next `open`.
   * @param ms for how long to wait for it
   * @throws AppError unavailable when that was in vain
   */
  async wait(ms: number): Promise<void> {
    this.#opening ??= newOpening();
    const { promise } = this.#opening;
    let timer: NodeJS.Timeout | undefined;
    const inVain = new Promise<never>((_, reject) => {
      timer = setTimeout(
        () =>
          reject(
            new AppError("unavailable", "The request log cannot be written at the moment.", {
              retryAfter: 5,
            }),
          ),
        ms,
      );
    });
    try {
      await Promise.race([promise, inVain]);
    } finally {
      clearTimeout(timer);
    }
  }
}

function newOpening(): { promise: Promise<void>; open: () => void } {
  let open = () => {};
  const promise = new Promise<void>((resolve) => {
    open = resolve;
  });
  return { promise, open };
}
