import { RecordNotFound } from "@/components/record-not-found";

/** There is no key with this id. */
export function KeyNotFound() {
  return (
    <RecordNotFound
      noun="API key"
      nouns="API keys"
      list={{ label: "API Keys", href: "/api-keys" }}
      text="It may have been deleted. What it did, and who deleted it, stays on record."
    />
  );
}
