import Link from "next/link";
import { EnvironmentBadge } from "@/components/environment-badge";
import { Card } from "@/components/ui/card";
import { ENVIRONMENT_DETAILS, type Environment } from "@/contracts/environments";

/** How many keys work, per environment. */
export function Stats({
  keys,
}: {
  keys: readonly { environment: Environment; active: number; capped: boolean }[];
}) {
  return (
    <ul className="grid gap-2 sm:gap-4 sm:grid-cols-[repeat(auto-fit,minmax(180px,1fr))]">
      {keys.map(({ environment, active, capped }) => (
        <li key={environment} className="max-w-120">
          <Card>
            <Link
              href={`/api-keys?env=${environment}&statuses=active`}
              className="flex items-center justify-between gap-2 rounded-xl px-4 py-3 no-underline hover:bg-sunken sm:block sm:p-4"
            >
              <EnvironmentBadge value={environment} label={ENVIRONMENT_DETAILS[environment].label} />
              <p className="flex items-baseline gap-2 sm:mt-2">
                <span className="font-semibold text-2xl">
                  {active.toLocaleString("en")}
                  {capped && "+"}
                </span>
                <span className="text-ink-2">active {active === 1 ? "key" : "keys"}</span>
              </p>
            </Link>
          </Card>
        </li>
      ))}
    </ul>
  );
}
