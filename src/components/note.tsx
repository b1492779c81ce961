import { Info, TriangleAlert } from "lucide-react";
import type { ReactNode } from "react";
import { cn } from "@/lib/cn";

const TONES = {
  warn: { Icon: TriangleAlert, className: "bg-warn-soft text-warn" },
  idle: { Icon: Info, className: "bg-sunken text-ink-2" },
} as const;

/** A remark that belongs to what stands around it: `warn` for what to think about first, `idle` for what is good to know. */
export function Note({
  tone = "idle",
  children,
  className,
}: {
  tone?: keyof typeof TONES;
  children: ReactNode;
  className?: string;
}) {
  const { Icon, className: colors } = TONES[tone];
  return (
    <div role="note" className={cn("flex items-start gap-2 rounded-lg px-3 py-2 text-sm", colors, className)}>
      <Icon aria-hidden className="mt-0.5 size-4 shrink-0" />
      <div className="min-w-0 flex-1">{children}</div>
    </div>
  );
}
