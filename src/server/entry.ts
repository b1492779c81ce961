import "../supported-node.mjs";

// React and Next choose between their two builds when they are imported. To Next's types it is read-only.
(process.env as Record<string, string | undefined>).NODE_ENV ??= "production";
await import("./main");
