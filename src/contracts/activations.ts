import type { Activation } from "./schemas/activations";

/** Which activations a list shows; those that were ended are kept as history. */
export const ACTIVATION_FILTERS = ["active", "deactivated", "all"] as const;
export type ActivationFilter = (typeof ACTIVATION_FILTERS)[number];

/** An activation among those of a customer, with the licence it belongs to. */
export interface CustomerActivation extends Activation {
  product: string;
  /** Masked, such as `ABCD…YZ23`. */
  licenseKey: string;
}
