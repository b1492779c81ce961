"use client";

import { useEffect, useRef } from "react";
import { EnvironmentBadge } from "@/components/environment-badge";
import { KeyValue } from "@/components/key-value";
import { Note } from "@/components/note";
import { recordedText } from "@/components/recorded-words";
import { FullTime } from "@/components/timestamp";
import { ENVIRONMENT_DETAILS, type Environment } from "@/contracts/environments";
import { grants } from "@/contracts/permissions";
import { toExpiresAt } from "@/lib/expiry";
import { formatRateLimits } from "@/lib/rate-limits";
import { linesOf } from "@/lib/typed-text";
import { useOwnPermissions } from "../own-permissions";
import {
  groupByResource,
  isFullAccess,
  permissionDescription,
  permissionLabel,
  powersOf,
} from "../permission-groups";
import { type KeyFormValues, toRateLimits } from "./key-form-values";

/** The form with its environment chosen, without which nothing is read back. */
type ChosenValues = KeyFormValues & { environment: Environment };

/** What the key about to be made will be able to do, read back before it exists. */
export function SecondLook({ values }: { values: ChosenValues }) {
  const headingRef = useRef<HTMLHeadingElement>(null);
  // The form that had the focus is gone; start reading here, not at the button that goes ahead.
  useEffect(() => headingRef.current?.focus(), []);
  const { label } = ENVIRONMENT_DETAILS[values.environment];
  const own = useOwnPermissions();
  const isFull = isFullAccess(values.permissions);
  return (
    <div>
      <h3 ref={headingRef} tabIndex={-1} className="break-words font-medium focus-visible:outline-none">
        A second look before “{values.name.trim()}” exists
      </h3>
      <Note tone="warn" className="mt-3">
        {isFull ? `This key has full access to ${label}. ` : ""}
        Anyone who holds it can {powersOf(values.permissions, own)} in {label}
        {values.customers.scoped ? ", for the customers chosen" : ""}.
      </Note>
      <KeyValue items={factsOf(values)} className="mt-4" />
      <div className="mt-4 divide-y rounded-lg border">
        {groupByResource(values.permissions).map(({ resource, permissions }) => (
          <div key={resource} className="grid gap-x-4 gap-y-1 px-3 py-2 text-sm sm:grid-cols-[96px_1fr]">
            <p className="text-ink-3">{resource}</p>
            <ul className="space-y-1">
              {permissions.map((permission) => (
                <li key={permission}>
                  <span className="font-medium">{permissionLabel(permission, own)}</span>{" "}
                  <span className="text-ink-2">{permissionDescription(permission, own)}</span>
                </li>
              ))}
            </ul>
          </div>
        ))}
      </div>
    </div>
  );
}

function factsOf(values: ChosenValues) {
  const expiresAt = toExpiresAt(values.expiresAt, new Date());
  const addresses = linesOf(values.ipAllowlist);
  const origins = linesOf(values.allowedOrigins);
  const { scoped, chosen } = values.customers;
  const environment = ENVIRONMENT_DETAILS[values.environment].label;
  return [
    { label: "Environment", value: <EnvironmentBadge value={values.environment} /> },
    {
      label: "Customers",
      value: scoped ? chosen.map(({ email }) => email).join(", ") : `All of ${environment}`,
    },
    ...(grants(values.permissions, "keys:manage")
      ? [
          {
            label: "Manages",
            value: `${recordedText("key", "managesKeys", values.managesKeys)}${values.grantsKeyManagement ? "; may give Key Management to others" : ""}`,
          },
        ]
      : []),
    {
      label: "Limits",
      value: (
        <span className="tabular-nums">{formatRateLimits(toRateLimits(values.rateLimits)).join(" · ")}</span>
      ),
    },
    { label: "Expires", value: expiresAt ? <FullTime value={expiresAt} /> : "Never" },
    {
      label: "Addresses",
      value:
        addresses.length > 0 ? <span className="mono">{addresses.join(", ")}</span> : "Any address may call",
    },
    ...(origins.length > 0
      ? [{ label: "Origins", value: <span className="mono">{origins.join(", ")}</span> }]
      : []),
  ];
}
