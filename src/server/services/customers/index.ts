export { createCustomer } from "./create";
export { deleteCustomer } from "./delete";
export { ensureCustomer } from "./ensure";
export { getCustomer } from "./get";
export { type ImportedRow, importCustomers, prepareCustomerImport } from "./import";
export { listCustomers } from "./list";
export { updateCustomer } from "./update";
