import { KeyValue } from "./key-value";

/** What programs keep on a record, a member a line. */
export function MetadataPairs({ metadata }: { metadata: Readonly<Record<string, unknown>> }) {
  const items = Object.entries(metadata).map(([label, value]) => ({
    label,
    // As JSON where it is not text, so that the number 1 and the text "1" are told apart from nothing and null.
    value: <span className="mono">{typeof value === "string" ? value : JSON.stringify(value)}</span>,
  }));
  return <KeyValue className="text-sm" items={items} />;
}
