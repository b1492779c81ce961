import { definePermission, listPermissions } from "@/server/services/permissions";
import type { DemoPart } from "./run";

/** What the shop of the story lets keys do, asked by its edge gateway: permissions that are not Keyward's. */
const OWN_PERMISSIONS = [
  { name: "orders:read", label: "Order Read", description: "List and get orders of the shop.", implies: [] },
  {
    name: "orders:write",
    label: "Order Management",
    description: "Change and cancel orders of the shop.",
    implies: ["orders:read"],
  },
  { name: "invoices:read", label: "Invoice Read", description: "Fetch invoices as PDF.", implies: [] },
];

/** Defined before the first key that has them. */
export const permissions: DemoPart = ({ at }) =>
  OWN_PERMISSIONS.map((permission, index) => ({
    at: at(43, 10, 5 * index),
    async play({ as }) {
      // Only owners define them, and whoever owns the installation is no part of the story.
      const ctx = as({ kind: "system", name: "command line" });
      // They belong to the whole installation: where another story stands, they may be there already.
      const known = await listPermissions(ctx);
      if (!known.some(({ name }) => name === permission.name)) await definePermission(ctx, permission);
    },
  }));
