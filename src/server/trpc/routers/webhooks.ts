import {
  createWebhookSchema,
  listWebhookDeliveriesSchema,
  listWebhooksSchema,
  updateWebhookSchema,
  webhookDeliverySchema,
  webhookIdSchema,
} from "@/contracts/schemas/webhooks";
import {
  createWebhook,
  deleteWebhook,
  disableWebhook,
  enableWebhook,
  getWebhook,
  getWebhookDelivery,
  listWebhookDeliveries,
  listWebhooks,
  resendWebhook,
  rotateWebhookSecret,
  sendTestWebhook,
  updateWebhook,
} from "@/server/services/webhooks";
import { adminProcedure, router } from "../trpc";

export const webhooksRouter = router({
  list: adminProcedure.input(listWebhooksSchema).query(({ ctx, input }) => listWebhooks(ctx.service, input)),
  get: adminProcedure.input(webhookIdSchema).query(({ ctx, input }) => getWebhook(ctx.service, input)),
  deliveries: adminProcedure
    .input(listWebhookDeliveriesSchema)
    .query(({ ctx, input }) => listWebhookDeliveries(ctx.service, input)),
  delivery: adminProcedure
    .input(webhookDeliverySchema)
    .query(({ ctx, input }) => getWebhookDelivery(ctx.service, input)),
  create: adminProcedure
    .input(createWebhookSchema)
    .mutation(({ ctx, input }) => createWebhook(ctx.service, input)),
  update: adminProcedure
    .input(updateWebhookSchema)
    .mutation(({ ctx, input }) => updateWebhook(ctx.service, input)),
  rotateSecret: adminProcedure
    .input(webhookIdSchema)
    .mutation(({ ctx, input }) => rotateWebhookSecret(ctx.service, input)),
  enable: adminProcedure
    .input(webhookIdSchema)
    .mutation(({ ctx, input }) => enableWebhook(ctx.service, input)),
  disable: adminProcedure
    .input(webhookIdSchema)
    .mutation(({ ctx, input }) => disableWebhook(ctx.service, input)),
  sendTest: adminProcedure
    .input(webhookIdSchema)
    .mutation(({ ctx, input }) => sendTestWebhook(ctx.service, input)),
  resend: adminProcedure
    .input(webhookDeliverySchema)
    .mutation(({ ctx, input }) => resendWebhook(ctx.service, input)),
  delete: adminProcedure
    .input(webhookIdSchema)
    .mutation(({ ctx, input }) => deleteWebhook(ctx.service, input)),
});
