import "../supported-node.mjs";

await import("./main");
