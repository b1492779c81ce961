import { MetadataPairs } from "@/components/metadata-pairs";
import { Card, CardContent, CardHeader, CardTitle } from "@/components/ui/card";
import type { Metadata } from "@/contracts/metadata";

/** What integrations keep on a customer. */
export function MetadataCard({ metadata }: { metadata: Metadata }) {
  return (
    <Card>
      <CardHeader>
        <CardTitle>Metadata</CardTitle>
      </CardHeader>
      <CardContent>
        {Object.keys(metadata).length === 0 ? (
          <p className="text-ink-2">None. Integrations can keep a JSON object of up to 10 KB here.</p>
        ) : (
          <MetadataPairs metadata={metadata} />
        )}
      </CardContent>
    </Card>
  );
}
