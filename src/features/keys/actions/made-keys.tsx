"use client";

import { useId, useState } from "react";
import { Link } from "@/components/link";
import { Checkbox } from "@/components/ui/checkbox";
import type { KeyView } from "@/contracts/keys";
import { count } from "@/lib/words";
import { trpc } from "@/trpc/client";

/** As many are counted. */
const COUNTED = 100;

/** The keys that work and in which a key lives on: that it has made or has had the secret of, and those of these. */
export interface MadeKeys {
  /** Null: not known yet. */
  active: { count: number; isMore: boolean } | null;
  href: string;
  isChosen: boolean;
  choose: (isChosen: boolean) => void;
}

export function useMadeKeys({ id, environment }: KeyView): MadeKeys {
  const [isChosen, choose] = useState(false);
  const found = trpc.keys.list.useQuery({ madeBy: id, statuses: ["active"], limit: COUNTED });
  return {
    active: found.data ? { count: found.data.data.length, isMore: found.data.nextCursor !== null } : null,
    href: `/api-keys?${new URLSearchParams({ madeBy: id, env: environment })}`,
    isChosen,
    choose,
  };
}

/** Offers to revoke what a key has made together with it: a stolen key would live on in them. */
export function MadeKeysChoice({ made: { active, href, isChosen, choose } }: { made: MadeKeys }) {
  const id = useId();
  if (!active || active.count === 0) return null;
  const words = active.isMore ? `more than ${active.count} active keys` : count(active.count, "active key");
  return (
    <div className="flex items-start gap-2.5 rounded-lg border px-3 py-2.5 text-sm">
      <Checkbox id={id} checked={isChosen} onCheckedChange={(on) => choose(on === true)} className="mt-0.5" />
      <div>
        <label htmlFor={id} className="font-medium text-ink">
          Revoke the {words} too that it made, or has had the secret of
        </label>
        <p className="text-xs">
          Without this they go on working.{" "}
          <Link href={href} className="text-accent hover:underline">
            Look at them
          </Link>
        </p>
      </div>
    </div>
  );
}
