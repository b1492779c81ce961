export * from "./admins";
export * from "./audit";
export * from "./customers";
export * from "./idempotency";
export * from "./keys";
export * from "./licenses";
export * from "./settings";
export * from "./telemetry";
