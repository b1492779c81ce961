import { WebhookSkeleton } from "@/features/webhooks/webhook-screen";

export default WebhookSkeleton;
