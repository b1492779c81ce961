import { cn } from "@/lib/cn";

const COLOURS: Record<string, string> = {
  production: "text-prod",
  staging: "text-stag",
  development: "text-dev",
};

/** An environment: its colour as a square, and its name, as colour alone tells nothing to some. */
export function EnvironmentBadge({
  value,
  label,
  className,
}: {
  value: string;
  label: string;
  className?: string;
}) {
  return (
    <span
      className={cn(
        "inline-flex items-center gap-1.5 whitespace-nowrap text-sm",
        COLOURS[value] ?? "text-ink-2",
        className,
      )}
    >
      <span aria-hidden className="size-2 shrink-0 rounded-[2px] bg-current" />
      {label}
    </span>
  );
}
