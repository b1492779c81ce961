import { Badge } from "@/components/badge";
import type { Activation } from "@/contracts/activations";

/** What the app calls the device, cut where it would push the rest out of sight. */
export function IdentifierCell({ value: { identifier } }: { value: Activation }) {
  return (
    <span className="mono block truncate" title={identifier}>
      {identifier}
    </span>
  );
}

/** Whether the device still holds its place. */
export function ActivationStatus({ value: { deactivatedAt } }: { value: Activation }) {
  return deactivatedAt ? <Badge tone="idle">Ended</Badge> : <Badge tone="ok">Active</Badge>;
}
