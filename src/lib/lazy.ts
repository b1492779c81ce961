import { useSyncExternalStore } from "react";
import { whenIdle } from "./idle";

/**
 * Something whose code is no part of a page's first load: fetched once the page has nothing else to do, so that it is
 * there at once when it is needed and without a network too, or when it is needed before.
 */
export class Lazy<Value> {
  /** Undefined until it was fetched. */
  value: Value | undefined;

  private readonly load: () => Promise<Value>;
  private readonly listeners = new Set<() => void>();

  constructor(load: () => Promise<Value>) {
    this.load = load;
    if (typeof window !== "undefined") whenIdle(() => void this.fetch().catch(() => undefined));
  }

  /** @throws where the code cannot be fetched; another try may succeed */
  async fetch(): Promise<Value> {
    if (this.value !== undefined) return this.value;
    const value = await this.load();
    this.value = value;
    for (const tell of this.listeners) tell();
    return value;
  }

  readonly subscribe = (listener: () => void): (() => void) => {
    this.listeners.add(listener);
    return () => void this.listeners.delete(listener);
  };
}

/** What is loaded lazily, once it is there. It does not fetch it: that is for what needs it. */
export function useLazy<Value>(lazy: Lazy<Value>): Value | undefined {
  return useSyncExternalStore(
    lazy.subscribe,
    () => lazy.value,
    () => undefined,
  );
}

/** Said where code could not be fetched: there is no network, or another version is served by now. */
export const NOT_LOADED =
  "This could not be loaded. Check the connection and try again; after an update of Keyward, reload the page.";
