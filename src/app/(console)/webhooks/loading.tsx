import { WebhooksSkeleton } from "@/features/webhooks/webhooks-screen";

export default WebhooksSkeleton;
