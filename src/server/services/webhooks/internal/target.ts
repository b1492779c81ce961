import { invalidField } from "@/server/core/errors";
import type { ServiceContext } from "../../context";

/**
 * Refuses a URL that could never be sent to. Where a name leads is known only when it is looked up, which each attempt does.
 * @throws AppError validation_failed at `url`
 */
export function requireTarget({ webhookSender }: Pick<ServiceContext, "webhookSender">, url: string): void {
  const refusal = webhookSender.refusalOf(url);
  if (refusal) throw invalidField("url", refusal, "target_refused");
}
