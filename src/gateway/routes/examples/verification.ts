import { includedPermissions } from "@/contracts/permissions";
import type { Examples } from "./example";
import { CALLING_KEY, SHOWN_KEY, SHOWN_SECRET } from "./records";

/** Of the key that was shown. */
const known = { keyId: SHOWN_KEY.id, name: SHOWN_KEY.name };
const rateLimit = {
  retryAfter: 0,
  policies: [{ name: "minute", limit: 60, remaining: 59, reset: 42 }],
};

const { id: keyId, name, customers } = CALLING_KEY;
const passes = {
  status: 200,
  body: { keyId, name, permissions: includedPermissions(CALLING_KEY.permissions), customers },
} as const;

export const VERIFICATION_EXAMPLES = {
  verify: [
    {
      name: "valid",
      summary: "A good key that holds what is asked for",
      body: { key: SHOWN_SECRET, permission: "licenses:read", ip: "203.0.113.7" },
      answer: {
        status: 200,
        body: {
          valid: true,
          code: "valid",
          status: 200,
          ...known,
          permissions: SHOWN_KEY.permissions,
          customers: null,
          rateLimit,
        },
      },
    },
    {
      name: "permissionDenied",
      summary: "A good key that may not do this",
      body: { key: SHOWN_SECRET, permission: "licenses:manage" },
      answer: {
        status: 200,
        body: {
          valid: false,
          code: "permission_denied",
          status: 403,
          detail: "This call needs the permission licenses:manage.",
          ...known,
          rateLimit,
        },
      },
    },
    {
      name: "unknown",
      summary: "No key at all",
      body: { key: "letmein" },
      answer: {
        status: 200,
        body: {
          valid: false,
          code: "key_invalid",
          status: 401,
          detail: "This is not an API key of this installation.",
        },
      },
    },
  ],
  check: [
    {
      name: "passes",
      summary: "The client's key is good for this",
      query: { permission: "licenses:read" },
      answer: passes,
    },
    {
      name: "noPermission",
      summary: "A name that is none of a permission",
      query: { permission: "everything" },
      answer: {
        problem: "validation_failed",
        detail: "permission: Must be the name of a permission, such as orders:read",
        extensions: {
          errors: [
            {
              path: "permission",
              message: "Must be the name of a permission, such as orders:read",
              code: "invalid_format",
            },
          ],
        },
      },
    },
  ],
  checkPath: [
    {
      name: "passes",
      summary: "The client's key is good for this",
      params: { permission: "licenses:read" },
      answer: passes,
    },
  ],
} satisfies Record<string, Examples>;
