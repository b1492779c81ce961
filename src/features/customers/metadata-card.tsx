import { KeyValue } from "@/components/key-value";
import { Card, CardContent, CardHeader, CardTitle } from "@/components/ui/card";
import type { Metadata } from "@/contracts/text";

/** The flat pairs that integrations keep on a customer. */
export function MetadataCard({ metadata }: { metadata: Metadata }) {
  const pairs = Object.entries(metadata);
  return (
    <Card>
      <CardHeader>
        <CardTitle>Metadata</CardTitle>
      </CardHeader>
      <CardContent>
        {pairs.length === 0 ? (
          <p className="text-ink-2">None. Integrations can keep up to 50 pairs here.</p>
        ) : (
          <KeyValue
            className="text-sm"
            items={pairs.map(([label, value]) => ({
              label,
              // As JSON where it is not text, so that the number 1 and the text "1" are told apart from nothing and null.
              value: (
                <span className="mono">{typeof value === "string" ? value : JSON.stringify(value)}</span>
              ),
            }))}
          />
        )}
      </CardContent>
    </Card>
  );
}
