import { QuickStart } from "@/components/quick-start";
import { Card, CardContent, CardHeader, CardTitle } from "@/components/ui/card";
import type { KeyView } from "@/contracts/keys";

/** How the key is called, for whoever integrates it later; the secret was shown once and is not here. */
export function KeyQuickStart({ value }: { value: KeyView }) {
  return (
    <Card aria-labelledby="quick-start-title">
      <CardHeader>
        <CardTitle id="quick-start-title">Quick start</CardTitle>
      </CardHeader>
      <CardContent>
        <QuickStart environment={value.environment} secret={null} />
      </CardContent>
    </Card>
  );
}
