import { ENVIRONMENT_DETAILS, type Environment } from "@/contracts/environments";
import { cn } from "@/lib/cn";

const COLORS: Record<Environment, string> = {
  production: "text-prod",
  staging: "text-stag",
  development: "text-dev",
};

/** An environment: its color as a square, and its name, as color alone tells nothing to some. */
export function EnvironmentBadge({ value, className }: { value: Environment; className?: string }) {
  return (
    <span
      className={cn("inline-flex items-center gap-1.5 whitespace-nowrap text-sm", COLORS[value], className)}
    >
      <span aria-hidden className="size-2 shrink-0 rounded-[2px] bg-current" />
      {ENVIRONMENT_DETAILS[value].label}
    </span>
  );
}
