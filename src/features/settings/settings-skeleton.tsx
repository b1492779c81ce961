import { PageHeader } from "@/components/page-header";
import { Card } from "@/components/ui/card";
import { Skeleton } from "@/components/ui/skeleton";

/** The head of the page. */
export const SETTINGS_HEADING = {
  title: "Settings",
  sub: "What holds for the whole installation. Each change is in Audit.",
};

/** The sections by the height of their words and their cards, on a phone and where there is room. */
const SECTIONS = [
  { title: "w-24", words: "h-27", card: "h-121 lg:h-81" },
  { title: "w-20", words: "h-22", card: "h-77 sm:h-46" },
  { title: "w-22", words: "h-51", card: "h-118 lg:h-78" },
] as const;

/** Holds the place of the page while the server draws it. */
export function SettingsSkeleton() {
  return (
    <>
      <PageHeader {...SETTINGS_HEADING} />
      {SECTIONS.map(({ title, words, card }) => (
        <div
          key={title}
          aria-busy
          className="grid gap-x-8 gap-y-3 border-t py-6 lg:grid-cols-[280px_minmax(0,1fr)]"
        >
          <div className={words}>
            <Skeleton className={`mt-1.5 ${title}`} />
          </div>
          <Card className={`max-w-3xl ${card}`} />
        </div>
      ))}
    </>
  );
}
