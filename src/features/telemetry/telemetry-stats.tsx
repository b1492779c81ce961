import { Skeleton } from "@/components/ui/skeleton";
import type { TelemetryDay } from "@/contracts/telemetry";

const figure = new Intl.NumberFormat("en");
const share = new Intl.NumberFormat("en", { style: "percent", maximumFractionDigits: 1 });

/** The totals of the days shown, whatever the list below is narrowed to. Undefined while they are asked for. */
export function TelemetryStats({ days }: { days: readonly TelemetryDay[] | undefined }) {
  const flagged = total(days?.map((day) => day.flagged));
  const events = total(days?.map((day) => day.flagged + day.unflagged));
  const stats = [
    { label: "Events", value: figure.format(events) },
    { label: "Flagged", value: figure.format(flagged) },
    { label: "Share flagged", value: events === 0 ? "–" : share.format(flagged / events) },
  ];
  return (
    <dl className="grid grid-cols-3 divide-x border-b">
      {stats.map(({ label, value }) => (
        <div key={label} className="px-4 py-3">
          <dt className="text-ink-2 text-sm">{label}</dt>
          <dd className="mt-0.5 font-semibold text-xl tabular-nums">
            {days ? value : <Skeleton className="my-1.5 h-4 w-16" />}
          </dd>
        </div>
      ))}
    </dl>
  );
}

function total(stats: readonly number[] = []): number {
  return stats.reduce((sum, one) => sum + one, 0);
}
