import { PageHeader } from "@/components/page-header";
import { Card } from "@/components/ui/card";
import { Skeleton } from "@/components/ui/skeleton";

/** The head of the page. */
export const SETTINGS_HEADING = {
  title: "Settings",
  sub: "What holds for the whole installation. Each change is in Audit.",
};

/** The sections by the height of their cards. */
const SECTIONS = [
  { title: "w-24", card: "h-86" },
  { title: "w-20", card: "h-48" },
  { title: "w-22", card: "h-80" },
] as const;

/** Holds the place of the page while the server draws it. */
export function SettingsSkeleton() {
  return (
    <>
      <PageHeader {...SETTINGS_HEADING} />
      {SECTIONS.map(({ title, card }) => (
        <div
          key={title}
          aria-busy
          className="grid gap-x-8 gap-y-3 border-t py-6 lg:grid-cols-[280px_minmax(0,1fr)]"
        >
          <Skeleton className={`mt-1.5 ${title}`} />
          <Card className={`max-w-3xl ${card}`} />
        </div>
      ))}
    </>
  );
}
