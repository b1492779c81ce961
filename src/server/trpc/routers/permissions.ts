import {
  definePermissionSchema,
  permissionInNameSchema,
  updatePermissionSchema,
} from "@/contracts/schemas/permissions";
import {
  definePermission,
  deletePermission,
  listPermissions,
  updatePermission,
} from "@/server/services/permissions";
import { adminProcedure, router } from "../trpc";

export const permissionsRouter = router({
  list: adminProcedure.query(({ ctx }) => listPermissions(ctx.service)),
  define: adminProcedure
    .input(definePermissionSchema)
    .mutation(({ ctx, input }) => definePermission(ctx.service, input)),
  update: adminProcedure
    .input(updatePermissionSchema)
    .mutation(({ ctx, input }) => updatePermission(ctx.service, input)),
  delete: adminProcedure
    .input(permissionInNameSchema)
    .mutation(({ ctx, input }) => deletePermission(ctx.service, input)),
});
