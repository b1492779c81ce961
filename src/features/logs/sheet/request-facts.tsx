import Link from "next/link";
import { CopyField } from "@/components/copy-field";
import { KeyValue } from "@/components/key-value";
import { JOB_TYPES } from "@/contracts/jobs";
import type { RequestDetail } from "@/contracts/request-queries";
import { durationText } from "@/lib/duration";

const LINK = "text-accent hover:underline";
const count = new Intl.NumberFormat("en");
const none = <span className="text-ink-3">none</span>;

/** Who called, what for, from where, and where it leads. */
export function RequestFacts({ call }: { call: RequestDetail }) {
  const { key, customers, job, limits } = call;
  const items = [
    { label: "Request id", value: <CopyField value={call.requestId} label="request id" /> },
    {
      label: "Key",
      value: key ? (
        <>
          <Link href={`/api-keys/${key.id}`} className={LINK}>
            {key.name}
          </Link>
          {call.usedSecret && <span className="text-warn"> with its {call.usedSecret} secret</span>}
        </>
      ) : (
        <span className="text-ink-3">unknown</span>
      ),
    },
    ...(call.standsFor === null
      ? []
      : [{ label: "Stands for", value: `${call.standsFor} such calls of its network, itself among them` }]),
    ...(customers.length > 0 ? [{ label: "Customers", value: <Customers value={customers} /> }] : []),
    ...(job ? [{ label: "Job", value: <JobLink value={job} /> }] : []),
    { label: "Route", value: call.route ? <span className="mono">{call.route}</span> : none },
    { label: "Permission", value: call.permission ? <span className="mono">{call.permission}</span> : none },
    ...(limits ? [{ label: "Limits then", value: <Limits value={limits} /> }] : []),
    { label: "Duration", value: durationText(call.durationMs) },
    {
      label: "Size",
      value: `${count.format(call.requestBytes)} B in, ${count.format(call.responseBytes)} B out`,
    },
    { label: "Address", value: call.address ? <CopyField value={call.address} label="address" /> : none },
    { label: "User agent", value: call.agent ?? none },
  ];
  return <KeyValue items={items} className="text-sm" />;
}

function Customers({ value }: { value: RequestDetail["customers"] }) {
  return (
    <ul>
      {value.map(({ id, email }) => (
        <li key={id}>
          {email ? (
            <Link href={`/customers/${id}`} className={LINK}>
              {email}
            </Link>
          ) : (
            <span className="mono text-ink-2">{id}</span>
          )}
        </li>
      ))}
    </ul>
  );
}

function JobLink({ value: { id, type } }: { value: NonNullable<RequestDetail["job"]> }) {
  return (
    <Link href={`/jobs/${id}`} className={LINK}>
      {JOB_TYPES[type].label}
    </Link>
  );
}

function Limits({ value }: { value: NonNullable<RequestDetail["limits"]> }) {
  return (
    <ul className="tabular-nums">
      {value.map(({ name, limit, remaining }) => (
        <li key={name}>
          {count.format(limit - remaining)} of {count.format(limit)} per {name} used
        </li>
      ))}
    </ul>
  );
}
