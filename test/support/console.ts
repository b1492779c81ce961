import type { Mount } from "./mounts";

/** The procedures of a running mount, as a signed-in browser uses it. */
export interface Console {
  /** The session cookie. */
  cookie: string;
  query(procedure: string, input: unknown): Promise<ConsoleAnswer>;
  mutate(procedure: string, input: unknown): Promise<ConsoleAnswer>;
}

export interface ConsoleAnswer {
  status: number;
  text: string;
  /** What the procedure returned; undefined when it failed. */
  data: unknown;
}

/** Calls procedures with a cookie, or without a session. */
export function consoleOf(mount: Pick<Mount, "url">, cookie = ""): Console {
  const send = async (path: string, init: RequestInit): Promise<ConsoleAnswer> => {
    const headers = { cookie, origin: new URL(mount.url).origin, "content-type": "application/json" };
    const response = await fetch(`${mount.url}/api/trpc/${path}`, { ...init, headers });
    const text = await response.text();
    return { status: response.status, text, data: JSON.parse(text).result?.data };
  };
  return {
    cookie,
    query: (procedure, input) =>
      send(`${procedure}?input=${encodeURIComponent(JSON.stringify(input))}`, { method: "GET" }),
    mutate: (procedure, input) => send(procedure, { method: "POST", body: JSON.stringify(input) }),
  };
}

/**
 * Signs in the way the sign-in page does.
 * @param beside Cookies that the browser sends as well, before those of Keyward.
 * @returns null when NextAuth sets no session cookie
 */
export async function signIn(
  mount: Pick<Mount, "url">,
  credentials: { email: string; password: string },
  beside = "",
): Promise<Console | null> {
  const csrf = await fetch(`${mount.url}/api/auth/csrf`, { headers: { cookie: beside } });
  const { csrfToken } = (await csrf.json()) as { csrfToken: string };
  const answer = await fetch(`${mount.url}/api/auth/callback/credentials`, {
    method: "POST",
    redirect: "manual",
    headers: {
      cookie: `${beside}; ${cookiesIn(csrf)}`,
      origin: new URL(mount.url).origin,
      "content-type": "application/x-www-form-urlencoded",
    },
    body: new URLSearchParams({ ...credentials, csrfToken, json: "true", callbackUrl: mount.url }),
  });
  const cookies = cookiesIn(answer);
  return cookies.includes("session-token=") ? consoleOf(mount, cookies) : null;
}

function cookiesIn(response: Response): string {
  return response.headers
    .getSetCookie()
    .map((cookie) => cookie.split(";", 1)[0])
    .join("; ");
}
