/** Answers requests to one origin: over the network, or in this process. */
export type Serve = (request: Request) => Promise<Response>;

/**
 * A browser without pages: it keeps the cookies of each origin, and follows redirects from one to the other. For what takes
 * somebody from one site to another and back.
 */
export class HttpBrowser {
  readonly #jars = new Map<string, Map<string, string>>();

  /** @param served Origins that are answered in this process. */
  constructor(private readonly served: Record<string, Serve>) {}

  /** The cookies held for an origin. */
  cookies(origin: string): Map<string, string> {
    const jar = this.#jars.get(origin) ?? new Map<string, string>();
    this.#jars.set(origin, jar);
    return jar;
  }

  /** One request, whose redirect is not followed. @param from The page that sends it. */
  async send(address: string, init: RequestInit = {}, from: string | null = null): Promise<Response> {
    const url = new URL(address);
    const jar = this.cookies(url.origin);
    const headers = new Headers(init.headers);
    if (jar.size > 0) headers.set("cookie", [...jar].map((pair) => pair.join("=")).join("; "));
    const site = from === null ? "none" : new URL(from).origin === url.origin ? "same-origin" : "cross-site";
    headers.set("sec-fetch-site", site);
    const request = new Request(url, { ...init, headers, redirect: "manual" });
    const answer = await (this.served[url.origin] ?? fetch)(request);
    for (const cookie of answer.headers.getSetCookie()) keep(jar, cookie);
    return answer;
  }

  /**
   * Goes to an address, and on to wherever that leads.
   * @param until Where to stop: what it says true of is not asked for.
   * @returns the last address, and its answer; null where it was stopped before
   */
  async go(
    address: string,
    { init = {}, from = null as string | null, until = (_: URL): boolean => false } = {},
  ): Promise<{ url: URL; answer: Response | null }> {
    let [url, last, source] = [new URL(address), init as RequestInit, from];
    for (let hops = 0; hops < 20; hops++) {
      if (until(url)) return { url, answer: null };
      const answer = await this.send(url.href, last, source);
      const location = answer.headers.get("location");
      if (!location) return { url, answer };
      // What has once crossed from one site to another counts as coming from there, to the end of the chain.
      const next = new URL(location, url);
      source = source !== null && new URL(source).origin !== url.origin ? source : url.href;
      [url, last] = [next, {}];
    }
    throw new Error(`Redirected without end, last to ${url}`);
  }
}

function keep(jar: Map<string, string>, cookie: string): void {
  const [pair = "", ...attributes] = cookie.split(";");
  const [name = "", ...value] = pair.split("=");
  const expires = attributes.find((one) => /^\s*expires=/i.test(one))?.split("=")[1];
  const ended =
    attributes.some((one) => /^\s*max-age=0$/i.test(one)) || Date.parse(expires ?? "") < Date.now();
  if (ended || value.join("=") === "") jar.delete(name.trim());
  else jar.set(name.trim(), value.join("="));
}
