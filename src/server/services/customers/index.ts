export { createCustomer } from "./create";
export { deleteCustomer } from "./delete";
export { ensureCustomer } from "./ensure";
export { getCustomer } from "./get";
export { listCustomers } from "./list";
export { updateCustomer } from "./update";
