"use client";

import { useId, useState } from "react";
import { Link } from "@/components/link";
import { Checkbox } from "@/components/ui/checkbox";
import type { KeyView } from "@/contracts/keys";
import { count } from "@/lib/words";
import { trpc } from "@/trpc/client";
import { keyEndpointsInput } from "../key-endpoints";

/** As many are counted. */
const COUNTED = 100;

/** What works and in which a key lives on: other keys, and the webhook endpoints that it or these have set up. */
export interface Made {
  /** Null: not known yet. */
  works: { keys: number; areMoreKeys: boolean; endpoints: number } | null;
  keysHref: string;
  endpointsHref: string;
  isChosen: boolean;
  choose: (isChosen: boolean) => void;
}

export function useMade({ id, environment: env }: KeyView): Made {
  const [isChosen, choose] = useState(false);
  const keys = trpc.keys.list.useQuery({ madeBy: id, statuses: ["active"], limit: COUNTED }).data;
  const endpoints = trpc.webhooks.list.useQuery(keyEndpointsInput(id)).data;
  const works = keys &&
    endpoints && {
      keys: keys.data.length,
      areMoreKeys: keys.nextCursor !== null,
      endpoints: endpoints.data.filter(({ disabledAt }) => disabledAt === null).length,
    };
  return {
    works: works ?? null,
    keysHref: `/api-keys?${new URLSearchParams({ madeBy: id, env })}`,
    endpointsHref: `/webhooks?${new URLSearchParams({ setUpByKey: id, env })}`,
    isChosen,
    choose,
  };
}

/** Offers to cut off what a key has made together with it: a stolen key would live on there. */
export function MadeChoice({ made }: { made: Made }) {
  const { works, keysHref, endpointsHref, isChosen, choose } = made;
  const id = useId();
  if (!works || works.keys + works.endpoints === 0) return null;
  return (
    <div className="flex items-start gap-2.5 rounded-lg border px-3 py-2.5 text-sm">
      <Checkbox id={id} checked={isChosen} onCheckedChange={(on) => choose(on === true)} className="mt-0.5" />
      <div>
        <label htmlFor={id} className="font-medium text-ink">
          {whatToCutOff(works)}
        </label>
        <p className="text-xs">
          {whatGoesOn(works)}{" "}
          <span className="inline-flex gap-x-3">
            {works.keys > 0 && <Look href={keysHref}>Look at the keys</Look>}
            {works.endpoints > 0 && <Look href={endpointsHref}>Look at the endpoints</Look>}
          </span>
        </p>
      </div>
    </div>
  );
}

function Look({ href, children }: { href: string; children: string }) {
  return (
    <Link href={href} className="text-accent hover:underline">
      {children}
    </Link>
  );
}

type Works = NonNullable<Made["works"]>;

function whatToCutOff({ keys, areMoreKeys, endpoints }: Works): string {
  const ofKeys = areMoreKeys ? `more than ${keys} active keys` : count(keys, "active key");
  const ofEndpoints = count(endpoints, "webhook endpoint");
  if (endpoints === 0) return `Revoke the ${ofKeys} too that it made, or has had the secret of`;
  if (keys === 0) return `Disable the ${ofEndpoints} too that it set up, or has had the secret of`;
  return `Revoke the ${ofKeys} too that it made, or has had the secret of, and disable the ${ofEndpoints} that it or they set up`;
}

function whatGoesOn({ keys, endpoints }: Works): string {
  if (endpoints === 0) return "Without this they go on working.";
  if (keys === 0) return "Without this events go on being sent there.";
  return "Without this all of that goes on as before.";
}

/** What was cut off with a key, as it goes on in a sentence. */
export function alsoCutOff({ others, endpoints }: { others: number; endpoints: number }): string {
  const keys = others > 0 ? `, and ${count(others, "key")} that it had made, or had the secret of` : "";
  return endpoints > 0 ? `${keys}, and disabled ${count(endpoints, "webhook endpoint")}` : keys;
}
