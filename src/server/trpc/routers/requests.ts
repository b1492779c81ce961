import { environmentFilterSchema } from "@/contracts/schemas/environments";
import {
  listRequestsSchema,
  requestFilterSchema,
  requestNameSchema,
  tailRequestsSchema,
} from "@/contracts/schemas/request-queries";
import {
  countRequests,
  getLogState,
  getRequest,
  listCalledRoutes,
  listRequests,
  tailRequests,
} from "@/server/services/requests";
import { adminProcedure, router } from "../trpc";

export const requestsRouter = router({
  list: adminProcedure.input(listRequestsSchema).query(({ ctx, input }) => listRequests(ctx.service, input)),
  get: adminProcedure.input(requestNameSchema).query(({ ctx, input }) => getRequest(ctx.service, input)),
  histogram: adminProcedure
    .input(requestFilterSchema)
    .query(({ ctx, input }) => countRequests(ctx.service, input)),
  tail: adminProcedure.input(tailRequestsSchema).query(({ ctx, input }) => tailRequests(ctx.service, input)),
  state: adminProcedure.query(({ ctx }) => getLogState(ctx.service, ctx.runtime.requestLog)),
  routes: adminProcedure
    .input(environmentFilterSchema)
    .query(({ ctx, input }) => listCalledRoutes(ctx.service, input)),
});
