import type { ReactNode } from "react";
import { PageHeader } from "@/components/page-header";
import { Card } from "@/components/ui/card";
import { Skeleton } from "@/components/ui/skeleton";
import { cn } from "@/lib/cn";

const COLUMNS = "grid gap-x-8 gap-y-3 border-t py-6 lg:grid-cols-[280px_minmax(0,1fr)]";

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
    <section id={id} aria-labelledby={`${id}-title`} className={cn("scroll-mt-16", COLUMNS)}>
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

interface SectionsSkeletonProps {
  heading: { title: string; sub: string };
  /** By the height of their words and their cards, on a phone and where there is room. */
  sections: readonly { id: string; title: string; words: string; card: string }[];
}

/** Holds the place of a page of sections while the server draws it. */
export function SectionsSkeleton({ heading, sections }: SectionsSkeletonProps) {
  return (
    <>
      <PageHeader {...heading} />
      {sections.map(({ id, title, words, card }) => (
        <div key={id} aria-busy className={COLUMNS}>
          <div className={words}>
            <Skeleton className={cn("mt-1.5", title)} />
          </div>
          <Card className={cn("max-w-3xl", card)} />
        </div>
      ))}
    </>
  );
}
