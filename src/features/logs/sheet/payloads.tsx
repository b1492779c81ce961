import Link from "next/link";
import { CodeBlock } from "@/components/code-block";
import { KeyValue } from "@/components/key-value";
import type { RequestDetail } from "@/contracts/request-queries";
import { whomToAsk } from "@/contracts/roles";
import { Part } from "./part";

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
