export { createCustomer } from "./create";
export { deleteCustomer } from "./delete";
export { getCustomer } from "./get";
export { listCustomers } from "./list";
export { updateCustomer } from "./update";
