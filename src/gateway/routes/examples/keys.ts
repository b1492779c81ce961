import type { Examples } from "./example";
import { CALLING_KEY } from "./records";

export const KEY_EXAMPLES = {
  get: [{ name: "key", summary: "The calling key", answer: { status: 200, body: CALLING_KEY } }],
} satisfies Record<string, Examples>;
