import { MAX_HEADER_BYTES, MAX_HEADERS, MAX_JSON_DEPTH, MAX_JSON_VALUES } from "@/contracts/bounds";
import { grouped } from "@/contracts/numbers";

/** Groups of operations, by the first part of their ids, in the order in which they are shown. */
export const TAGS = {
  key: { name: "Key", description: "The calling key: what it is, and what it may do." },
  keys: {
    name: "Keys",
    description:
      "Other keys: whether one that a client has shown to a service of yours is good; and those that the calling key makes for others, which may do at most what it may itself.",
  },
  gate: {
    name: "Gate",
    description:
      "The same question for reverse proxies in front of a service of yours: nginx, Caddy, Traefik and Envoy ask it with the client's own credential.",
  },
  customers: { name: "Customers", description: "Those to whom licences belong." },
  licenses: {
    name: "Licences",
    description:
      "The right to use a product. An app validates, activates and deactivates licences by their keys, with a permission that lets it do nothing else.",
  },
  telemetry: { name: "Telemetry", description: "What apps in the field tell of themselves." },
  jobs: { name: "Jobs", description: "Work on many records that outlives the call which starts it." },
  webhooks: {
    name: "Webhooks",
    description: "Endpoints of yours that are told what happens, signed as Standard Webhooks has it.",
  },
} as const;

/** What an integrator has to know beside single operations, in CommonMark. */
export const GUIDE = `
The public API of a Keyward installation: JSON in and out, in UTF-8. Times are RFC 3339, in answers UTC with milliseconds.
Lengths of texts count UTF-16 code units; texts are trimmed, and kept in the form NFC.

## Environments
Production, staging and development have endpoints of their own, see the servers. A key belongs to one environment and works at its
endpoint alone; records of another one do not exist for it.

## Authentication
Send the key as \`Authorization: Bearer <key>\` (RFC 6750) or \`X-API-Key: <key>\`. A key in the query or in a body is never taken for the credential of the call.
What a key may do is granted by permissions: each operation names the one that it needs. A key that is restricted to certain customers
sees and changes nothing of anybody else.

## Errors
A refusal is a problem document (RFC 9457): compare \`code\`, show \`detail\`, and give the operator \`requestId\`. The address in \`type\` is a
page that says what to do. An unknown field or query parameter is refused with 422, and so is a parameter that is given twice.
A path that does not exist is 404 \`not_found\`; a method that a path does not have is 405 \`method_not_allowed\` with the header Allow. A record that
is not there and one that the key may not see are answered alike.

## Rate limits
Every key has limits, as \`RateLimit-Policy\` and \`RateLimit\` tell with each answer. Above them a call is 429 \`rate_limited\`: wait for the seconds of
\`Retry-After\`. Calls of one key that run at the same time are limited as well. Many calls with wrong keys from one address are answered with 429.

## Bounds
A body has at most 1 MiB, or 4 MiB where a job is started (413), ${MAX_JSON_DEPTH} levels (400) and ${grouped(MAX_JSON_VALUES)} values (413), comes as \`application/json\` without
Content-Encoding (415), and within a minute (408). A request has at most ${MAX_HEADERS} headers of ${MAX_HEADER_BYTES / 1_024} KiB in all (431), and none of them is an Expect other than \`100-continue\` (417).

## Idempotency
Every POST but \`POST /keys/verify\`, which changes nothing, takes an \`Idempotency-Key\`. Send one, and the call can be repeated for 24 hours when its answer was lost: it is done once.

## Pages
Lists answer \`{ data, nextCursor }\`. Ask again with \`cursor\` until \`nextCursor\` is null. Pages stay right while records are added.

## Changes
Within version 1 answers may get new members, lists of codes new entries, and requests new optional fields. Nothing is taken away or renamed.
`.trim();
