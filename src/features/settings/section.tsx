import type { ReactNode } from "react";
import { Card } from "@/components/ui/card";

interface SettingsSectionProps {
  /** Where addresses lead with `#`. */
  id: string;
  title: string;
  description: ReactNode;
  children: ReactNode;
}

/** One group of settings: what it is about, and beside it (below it, where there is no room) what can be set. */
export function SettingsSection({ id, title, description, children }: SettingsSectionProps) {
  return (
    <section
      id={id}
      aria-labelledby={`${id}-title`}
      className="grid scroll-mt-16 gap-x-8 gap-y-3 border-t py-6 lg:grid-cols-[280px_minmax(0,1fr)]"
    >
      <div>
        <h2 id={`${id}-title`} className="font-medium text-lg">
          {title}
        </h2>
        <div className="mt-1 space-y-2 text-pretty text-ink-2 text-sm">{description}</div>
      </div>
      <Card className="max-w-3xl">{children}</Card>
    </section>
  );
}
