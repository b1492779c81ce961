import { type Client, type ErrorCode, KeywardError } from "@/client";

/** A licence that the shop sold in this run, and the devices that use it. */
export interface Sold {
  id: string;
  key: string;
  product: string;
  devices: string[];
}

/** What a run did, in numbers. */
export interface Counts {
  customers: number;
  licenses: number;
  activations: number;
  events: number;
  jobs: number;
  /** Records that were read from lists. */
  read: number;
  /** Refusals that were a part of the business: handled by their code. */
  refusals: number;
}

/** What the parts of the story share. */
export interface Shop {
  keyward: Client;
  done: Counts;
  /** Whose turn it is at the counter. */
  buyer: Buyer;
  /** Counts the turns, from 0. */
  turn: number;
  /** Ids of the customers by their e-mail. */
  customers: Map<string, string>;
  /** The latest ones, newest last. */
  sold: Sold[];
  /** Tells whoever watches. */
  tell(line: string): void;
}

interface Buyer {
  name: string;
  email: string;
}

const FIRST_NAMES = ["Ada", "Blaise", "Chandra", "Dorothy", "Emmy", "Fei", "Grace", "Hedy"] as const;
const LAST_NAMES = ["Almeida", "Brandt", "Castro", "Duarte", "Ekholm", "Farouk", "Goto"] as const;

/** Who comes in the nth turn. After 56 of them the first one comes again; addresses under `.example` reach nobody (RFC 2606). */
export function buyerOf(turn: number): Buyer {
  const first = pick(FIRST_NAMES, turn);
  // Numbers of names that share no divisor: each pair comes up.
  const last = pick(LAST_NAMES, turn);
  return { name: `${first} ${last}`, email: `${first}.${last}@demo-shop.example`.toLowerCase() };
}

/** One after the other, over and over: each run tells the same story. */
export function pick<Item>(items: readonly [Item, ...Item[]], turn: number): Item {
  return items[turn % items.length] ?? items[0];
}

/** Whether a call was refused for this reason. By the code, never by the message, which may change. */
export function isRefusal(error: unknown, code: ErrorCode): error is KeywardError {
  return error instanceof KeywardError && error.code === code;
}
