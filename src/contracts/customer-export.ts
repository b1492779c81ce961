import type { CustomerActivation } from "./activations";
import type { CustomerView } from "./customers";
import type { KeyView } from "./keys";
import type { LicenseView } from "./licenses";

/** Records of one kind; `complete` is false where there are more than an export takes. */
interface Exported<Item> {
  complete: boolean;
  items: Item[];
}

/** Everything held about a customer, for whoever has to hand it over or look it through. */
export interface CustomerExport {
  exportedAt: string;
  customer: CustomerView;
  /** With masked keys: the file travels, and a licence key in full can be used by whoever reads it. */
  licenses: Exported<Omit<LicenseView, "customer">>;
  activations: Exported<CustomerActivation>;
  /** API keys restricted to this customer; what else they reach is others' business. */
  scopedKeys: Exported<Pick<KeyView, "id" | "name" | "maskedKey" | "status" | "createdAt" | "lastUsedAt">>;
  /** Events are counted, not listed: telemetry.export does that. `capped`: there are more. */
  telemetry: { events: number; capped: boolean };
}
