"use client";

import { useId, useState } from "react";
import { Link } from "@/components/link";
import { Checkbox } from "@/components/ui/checkbox";
import type { KeyView } from "@/contracts/keys";
import { count } from "@/lib/words";
import { trpc } from "@/trpc/client";

/** As many are revoked in one step, which all are or none. */
const STEP = 100;

/** The keys that work and that a key has made, or that those have; and revoking them together with it. */
export interface MadeKeys {
  /** Null: not known yet. */
  active: { count: number; isMore: boolean } | null;
  href: string;
  isChosen: boolean;
  choose: (isChosen: boolean) => void;
  /** Revokes them where that is chosen. @returns how many */
  revoke: (reason: string) => Promise<number>;
}

export function useMadeKeys({ id, environment }: KeyView): MadeKeys {
  const [isChosen, choose] = useState(false);
  const input = { madeBy: id, statuses: ["active"], limit: STEP } as const;
  const utils = trpc.useUtils();
  const found = trpc.keys.list.useQuery({ ...input, statuses: ["active"] });
  const revokeMany = trpc.keys.revokeMany.useMutation();
  const revoke = async (reason: string) => {
    let revoked = 0;
    while (isChosen) {
      const { data } = await utils.keys.list.fetch({ ...input, statuses: ["active"] }, { staleTime: 0 });
      if (data.length === 0) break;
      await revokeMany.mutateAsync({ ids: data.map((key) => key.id), reason });
      revoked += data.length;
    }
    return revoked;
  };
  return {
    active: found.data ? { count: found.data.data.length, isMore: found.data.nextCursor !== null } : null,
    href: `/api-keys?${new URLSearchParams({ madeBy: id, env: environment })}`,
    isChosen,
    choose,
    revoke,
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
          Revoke the {words} that it made too
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
