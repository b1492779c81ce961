import type { ReactNode } from "react";
import { CodeBlock } from "@/components/code-block";
import { CopyField } from "@/components/copy-field";
import { KeyValue } from "@/components/key-value";
import { Link } from "@/components/link";
import { Note } from "@/components/note";
import { JOB_TYPES } from "@/contracts/job-types";
import type { RequestDetail } from "@/contracts/request-queries";
import { decisionTrace } from "@/contracts/requests";
import { whomToAsk } from "@/contracts/roles";
import { durationText } from "@/lib/duration";
import { Checks, remarksOf } from "../checks";

interface PartProps {
  title: string;
  /** At the right of the title: where it leads on. */
  action?: ReactNode;
  children: ReactNode;
}

/** One part of the sheet, under a hairline. */
export function Part({ title, action, children }: PartProps) {
  return (
    <section className="border-t p-4">
      <div className="mb-2 flex items-baseline justify-between gap-4">
        <h3 className="font-medium">{title}</h3>
        {action}
      </div>
      {children}
    </section>
  );
}

/** What the gateway found at each of its checks when the call came. */
export function DecisionTrace({ call }: { call: RequestDetail }) {
  const { route, refusedBy, code, key } = call;
  if (route === null && refusedBy === null) {
    return <Note>No route serves this method and path, so there was nothing to check.</Note>;
  }
  if (key === null && refusedBy === null) {
    return <Note>This route is open to everybody, so there was nothing to check.</Note>;
  }
  return <Checks steps={decisionTrace(refusedBy)} code={code} remarks={remarksOf(call)} />;
}

/** Query, headers and bodies, as far as they are kept. Keys and secrets in them were taken out before they were stored. */
export function Payloads({ call }: { call: RequestDetail }) {
  const { query, requestHeaders, requestBody, responseBody } = call;
  const missing = [
    ...(requestHeaders === null ? ["headers"] : []),
    ...(requestBody === null && responseBody === null ? ["bodies"] : []),
  ];
  return (
    <>
      {query && (
        <Part title="Query">
          <Pairs pairs={[...new URLSearchParams(query)]} />
        </Part>
      )}
      {requestHeaders && (
        <Part title="Request headers">
          <Pairs pairs={Object.entries(requestHeaders)} />
        </Part>
      )}
      {requestBody && (
        <Part title="Request body">
          <CodeBlock text={readable(requestBody)} copyLabel="Copy request body" />
        </Part>
      )}
      {responseBody && (
        <Part title="Response body">
          <CodeBlock text={readable(responseBody)} copyLabel="Copy response body" />
        </Part>
      )}
      {missing.length > 0 && (
        <p className="border-t p-4 text-ink-3 text-sm">
          No {missing.join(" or ")} of this call were kept. For calls to come, {whomToAsk("settings:manage")}{" "}
          can switch that on in{" "}
          <Link href="/settings#request-log" className="underline underline-offset-4 hover:text-ink">
            Settings
          </Link>
          .
        </p>
      )}
    </>
  );
}

function Pairs({ pairs }: { pairs: readonly (readonly [string, string])[] }) {
  const items = pairs.map(([name, value], index) => ({
    // A name may be given more than once.
    label: pairs.findIndex(([other]) => other === name) === index ? name : `${name} (${index + 1})`,
    value: <span className="mono break-all">{value}</span>,
  }));
  return <KeyValue items={items} className="text-sm" />;
}

/** JSON with its lines; what was cut off at the cap is none, and stays as it is. */
function readable(body: string): string {
  try {
    return JSON.stringify(JSON.parse(body), null, 2);
  } catch {
    return body;
  }
}

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
