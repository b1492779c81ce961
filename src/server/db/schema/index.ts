export * from "./admins";
export * from "./audit";
export * from "./customers";
export * from "./idempotency";
export * from "./jobs";
export * from "./keys";
export * from "./licenses";
export * from "./settings";
