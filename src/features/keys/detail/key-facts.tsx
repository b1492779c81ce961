"use client";

import type { ReactNode } from "react";
import { CopyField } from "@/components/copy-field";
import { KeyValue } from "@/components/key-value";
import { Link } from "@/components/link";
import { recordedText } from "@/components/recorded-words";
import { Timestamp } from "@/components/timestamp";
import { Card, CardContent } from "@/components/ui/card";
import { type KeyView, RATE_LIMIT_WINDOWS, type RateLimitWindow } from "@/contracts/keys";
import { grants } from "@/contracts/permissions";
import { cn } from "@/lib/cn";
import { formatRateLimit, formatRateLimits } from "@/lib/rate-limits";
import { count } from "@/lib/words";
import { trpc } from "@/trpc/client";
import { keyEndpointsInput } from "../key-endpoints";

interface KeyFactsProps {
  apiKey: KeyView;
  refreshMs: number;
  className?: string;
}

/** What is known of the key: its use, its bounds, its names. */
export function KeyFacts({ apiKey, refreshMs, className }: KeyFactsProps) {
  const endpoints = trpc.webhooks.list.useQuery(keyEndpointsInput(apiKey.id)).data?.data.length ?? 0;
  const items: { label: string; value: ReactNode }[] = [
    { label: "Owner", value: <Owner owner={apiKey.owner} /> },
    ...(apiKey.tags.length > 0 ? [{ label: "Tags", value: <Tags tags={apiKey.tags} /> }] : []),
    { label: "Last used", value: <LastUse apiKey={apiKey} /> },
    ...(apiKey.lastUsedAt ? [{ label: "From", value: <LastCaller apiKey={apiKey} /> }] : []),
    { label: "Limits", value: <KeyLimits value={apiKey} refreshMs={refreshMs} /> },
    { label: "Addresses", value: <Lines of="ipAllowlist" values={apiKey.ipAllowlist} /> },
    ...(apiKey.allowedOrigins.length > 0
      ? [{ label: "Origins", value: <Lines of="allowedOrigins" values={apiKey.allowedOrigins} /> }]
      : []),
    {
      label: "Expires",
      value: apiKey.expiresAt ? (
        <Timestamp value={apiKey.expiresAt} />
      ) : (
        recordedText("key", "expiresAt", null)
      ),
    },
    { label: "Customers", value: <Customers customers={apiKey.customers} /> },
    ...(apiKey.description
      ? [{ label: "Description", value: <span className="whitespace-pre-line">{apiKey.description}</span> }]
      : []),
    ...(grants(apiKey.permissions, "keys:manage")
      ? [{ label: "Manages", value: <Manages apiKey={apiKey} /> }]
      : []),
    ...(endpoints > 0 ? [{ label: "Webhooks", value: <Endpoints apiKey={apiKey} total={endpoints} /> }] : []),
    ...(apiKey.createdByKeyId
      ? [{ label: "Made by", value: <Maker id={apiKey.createdByKeyId} name={apiKey.createdBy} /> }]
      : []),
    ...(apiKey.toldToKeyId && apiKey.toldToKeyId !== apiKey.createdByKeyId
      ? [
          {
            label: "Secret told to",
            value: <Maker id={apiKey.toldToKeyId} name="the key that regenerated it" />,
          },
        ]
      : []),
    { label: "Changed", value: <Timestamp value={apiKey.updatedAt} /> },
    { label: "Id", value: <CopyField value={apiKey.id} label="id" className="-my-1" /> },
  ];
  return (
    <Card className={cn("@container", className)} aria-label="Facts">
      <CardContent>
        <KeyValue items={items} />
      </CardContent>
    </Card>
  );
}

function Owner({ owner }: Pick<KeyView, "owner">) {
  if (!owner) return recordedText("key", "owner", null);
  return (
    <>
      {owner.name && <span className="block">{owner.name}</span>}
      <a href={`mailto:${owner.email}`} className="inline-block break-all py-0.5 text-accent hover:underline">
        {owner.email}
      </a>
      {owner.hasLeft && (
        <span className="block text-warn">Owner has left the team. Edit the key to name another.</span>
      )}
    </>
  );
}

/** Which keys it manages, and the way to those that it has made. */
function Manages({ apiKey }: { apiKey: KeyView }) {
  const made = new URLSearchParams({ madeBy: apiKey.id, env: apiKey.environment });
  return (
    <>
      <span className="block">{recordedText("key", "managesKeys", apiKey.managesKeys)}</span>
      {apiKey.grantsKeyManagement && <span className="block">May give Key Management to them</span>}
      <Link href={`/api-keys?${made}`} className="inline-block py-0.5 text-accent hover:underline">
        Keys it made, or has had the secret of
      </Link>
    </>
  );
}

/** The way to the webhook endpoints that it has set up. They go on when the key is revoked alone. */
function Endpoints({ apiKey, total }: { apiKey: KeyView; total: number }) {
  const setUp = new URLSearchParams({ setUpByKey: apiKey.id, env: apiKey.environment });
  return (
    <Link href={`/webhooks?${setUp}`} className="inline-block py-0.5 text-accent hover:underline">
      {count(total, "endpoint")} that it set up, or has had the secret of
    </Link>
  );
}

/** The key that has made it, or regenerated it; it may be gone by now. */
function Maker({ id, name }: { id: string; name: string }) {
  return (
    <Link href={`/api-keys/${id}`} className="inline-block break-all py-0.5 text-accent hover:underline">
      {name}
    </Link>
  );
}

/** Each leads to the keys that have it. */
function Tags({ tags }: Pick<KeyView, "tags">) {
  return (
    <ul className="flex flex-wrap gap-x-2">
      {tags.map((tag) => (
        <li key={tag}>
          <Link
            href={`/api-keys?${new URLSearchParams({ tag })}`}
            className="inline-block py-0.5 text-accent hover:underline"
          >
            {tag}
          </Link>
        </li>
      ))}
    </ul>
  );
}

function LastUse({ apiKey }: { apiKey: KeyView }) {
  if (!apiKey.lastUsedAt) return <span className="text-ink-3">Never used</span>;
  return (
    <>
      <Timestamp value={apiKey.lastUsedAt} />{" "}
      <span className="text-ink-3 text-sm">{apiKey.lastUsedRoute}</span>
    </>
  );
}

function LastCaller({ apiKey }: { apiKey: KeyView }) {
  return (
    <>
      <span className="mono">{apiKey.lastUsedIp ?? "unknown address"}</span>
      {apiKey.lastUsedAgent && (
        <span className="block break-all text-ink-3 text-xs">{apiKey.lastUsedAgent}</span>
      )}
    </>
  );
}

function Lines({ of, values }: { of: "ipAllowlist" | "allowedOrigins"; values: readonly string[] }) {
  if (values.length === 0) return recordedText("key", of, values);
  return (
    <ul>
      {values.map((value) => (
        <li key={value} className="mono break-all">
          {value}
        </li>
      ))}
    </ul>
  );
}

function Customers({ customers }: { customers: KeyView["customers"] }) {
  if (customers === null) return recordedText("key", "customers", null);
  if (customers.length === 0)
    return <span className="text-warn">{recordedText("key", "customers", customers)}</span>;
  return (
    <ul className="-my-0.5">
      {customers.map((customer) => (
        <li key={customer.id}>
          <Link
            href={`/customers/${customer.id}`}
            className="inline-block break-all py-0.5 text-accent hover:underline"
          >
            {customer.email}
          </Link>
        </li>
      ))}
    </ul>
  );
}

interface KeyLimitsProps {
  value: Pick<KeyView, "id" | "rateLimits">;
  refreshMs: number;
}

/** The limits of a key, each with how far its window is used up at present. */
function KeyLimits({ value, refreshMs }: KeyLimitsProps) {
  const limits = trpc.keys.limits.useQuery({ id: value.id }, { refetchInterval: refreshMs });
  if (limits.data) {
    return (
      <ul className="space-y-2">
        {limits.data.map((fill) => (
          <Fill key={fill.window} {...fill} />
        ))}
      </ul>
    );
  }
  return (
    <div className="tabular-nums">
      {formatRateLimits(value.rateLimits).map((limit) => (
        <div key={limit}>{limit}</div>
      ))}
      {!limits.isPending && (
        <p className="text-ink-3 text-xs">Present use is unknown: the limiter does not answer.</p>
      )}
    </div>
  );
}

interface FillProps {
  window: RateLimitWindow;
  limit: number;
  used: number;
}

/** From here on the log calls it a warning, and so does the bar. */
const NEARLY_FULL = 0.8;

function Fill({ window, limit, used }: FillProps) {
  const share = Math.min(1, used / limit);
  const text = formatRateLimit(limit, RATE_LIMIT_WINDOWS[window].unit);
  const color = share >= 1 ? "bg-bad" : share >= NEARLY_FULL ? "bg-warn" : "bg-accent";
  return (
    <li className="tabular-nums">
      <span className="flex flex-wrap items-baseline justify-between gap-x-2">
        {text}
        <span className="text-ink-3 text-xs">
          {used.toLocaleString("en")} used, {percent(used, limit)}
        </span>
      </span>
      <span aria-hidden className="mt-1 block h-1 overflow-hidden rounded-xs bg-idle-soft">
        <span className={cn("block h-full", color)} style={{ width: `${share * 100}%` }} />
      </span>
    </li>
  );
}

/** A use that rounds to nothing is still a use. */
function percent(used: number, limit: number): string {
  const whole = Math.floor((used / limit) * 100);
  return whole === 0 && used > 0 ? "< 1 %" : `${whole} %`;
}
