export { exportCustomer } from "./export";
