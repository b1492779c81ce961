import type { Environment } from "./environments";
import type { Customer } from "./schemas/customers";

/** A customer as the console shows it, where rows of all environments stand side by side. */
export interface CustomerView extends Customer {
  environment: Environment;
}
