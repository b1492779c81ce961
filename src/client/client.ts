import createFetchClient, { type FetchResponse, type MaybeOptionalInit } from "openapi-fetch";
import { type DeprecationNotice, deprecationTeller } from "./deprecation.js";
import { type Job, type JobProgress, waitForJob } from "./jobs.js";
import type { paths } from "./openapi.js";
import { errorOf, unexpected } from "./problem.js";
import { type RetryOptions, retryingFetch } from "./retry.js";

export interface ClientOptions extends RetryOptions {
  /** The endpoint of the key's environment, such as `https://keyward.example.com/api/v1/production`. */
  baseUrl: string;
  apiKey: string;
  /** What sends the requests. Default: the fetch of the platform. */
  fetch?: (request: Request) => Promise<Response>;
  /** Told once of each operation that was called and will go in a later version. Default: a warning on the console. */
  onDeprecated?: (notice: DeprecationNotice) => void;
}

type Method = "get" | "post" | "patch" | "delete";

/** The paths that take a method. */
type PathOf<M extends Method> = {
  [Path in keyof paths]: paths[Path][M] extends undefined ? never : Path;
}[keyof paths];

type Init<Path extends keyof paths, M extends Method> = MaybeOptionalInit<paths[Path], M>;

/** Parameters, body, `signal` and `parseAs` of a call; may be left out where none of them has to be given. */
type Rest<Options> = undefined extends Options ? [options?: Options] : [options: Options];

type Answer<
  Path extends keyof paths,
  M extends Method,
  Options,
> = paths[Path][M] extends infer Operation extends Record<string, unknown>
  ? NonNullable<FetchResponse<Operation, Options, `${string}/${string}`>["data"]>
  : never;

/** A call by its path in the reference. It answers with the body; what is no success is thrown as a KeywardError. */
type Call<M extends Method> = <Path extends PathOf<M>, Options extends Init<Path, M>>(
  path: Path,
  ...options: Rest<Options>
) => Promise<Answer<Path, M, Options>>;

/** Paths of lists: what they answer has `data` and `nextCursor`. */
type ListPath = {
  [Path in PathOf<"get">]: Answer<Path, "get", object> extends Page<unknown> ? Path : never;
}[PathOf<"get">];

interface Page<Item> {
  data: Item[];
  nextCursor: string | null;
}

type ItemOf<Path extends ListPath> = Answer<Path, "get", object> extends Page<infer Item> ? Item : never;

/** How a job is waited for. */
interface WaitOptions {
  /** Told each time that the job was looked at. */
  onProgress?: (progress: JobProgress, job: Job) => void;
  /** Ends the waiting; the job goes on. */
  signal?: AbortSignal;
}

/** The public API with one key. */
export interface Client {
  get: Call<"get">;
  post: Call<"post">;
  patch: Call<"patch">;
  delete: Call<"delete">;
  /** All that a list has, page by page as it is read. */
  list<Path extends ListPath, Options extends Init<Path, "get">>(
    path: Path,
    ...options: Rest<Options>
  ): AsyncGenerator<ItemOf<Path>, void, undefined>;
  /**
   * Waits until a job has succeeded.
   * @throws JobError where it failed or was cancelled; KeywardError
   */
  waitForJob(id: Job["id"], options?: WaitOptions): Promise<Job>;
}

/**
 * A client of the public API. Refusals that are worth repeating are repeated by themselves (retry.ts), and each POST has
 * an Idempotency-Key, so that nothing is done twice.
 */
export function createClient({ baseUrl, apiKey, fetch, onDeprecated, ...retries }: ClientOptions): Client {
  const tell = deprecationTeller(onDeprecated);
  const send = fetch ?? ((request: Request) => globalThis.fetch(request));
  const client = createFetchClient<paths>({
    baseUrl,
    headers: { Authorization: `Bearer ${apiKey}` },
  });
  client.use({
    async onResponse({ request, response, schemaPath }) {
      tell(`${request.method} ${schemaPath}`, response.headers);
      if (!response.ok) throw await errorOf(request, response);
    },
  });
  // The types of a path's own are those of `Client`; here each is one of many.
  const caller =
    (method: Method) =>
    async (
      path: string,
      { parseAs = "json", fetch: sends = send, ...options }: CallOptions = {},
    ): Promise<unknown> => {
      const { data, response } = await (client.request as AnyRequest)(method, path, {
        ...options,
        fetch: retryingFetch(sends, retries, parseAs === "stream"),
        // What is no JSON is to be told by an error of ours.
        parseAs: parseAs === "json" ? "text" : parseAs,
      });
      return parseAs === "json" && typeof data === "string" ? jsonOf(data, path, response) : data;
    };
  const get = caller("get");
  async function* list(path: string, options: CallOptions = {}): AsyncGenerator<unknown, void, undefined> {
    let cursor: string | null = null;
    do {
      const query = { ...options.params?.query, ...(cursor === null ? {} : { cursor }) };
      const page = (await get(path, { ...options, params: { ...options.params, query } })) as Page<unknown>;
      yield* page.data;
      cursor = page.nextCursor;
    } while (cursor !== null);
  }
  const typed = { get, post: caller("post"), patch: caller("patch"), delete: caller("delete"), list };
  const calls = typed as unknown as Omit<Client, "waitForJob">;
  return {
    ...calls,
    waitForJob: (id, options = {}) =>
      waitForJob(
        (signal) => calls.get("/jobs/{id}", { params: { path: { id } }, signal }),
        options,
        retries.wait,
      ),
  };
}

type AnyRequest = (
  method: Method,
  path: string,
  options: object,
) => Promise<{ data?: unknown; response: Response }>;

interface CallOptions {
  parseAs?: string;
  fetch?: NonNullable<ClientOptions["fetch"]>;
  params?: { query?: Record<string, unknown> };
}

/** The body of a success, which may also be the page of whoever stands in between. */
function jsonOf(body: string, path: string, response: Response): unknown {
  if (body === "") return undefined;
  try {
    return JSON.parse(body);
  } catch {
    throw unexpected(response, `${path} was answered with ${response.status} and what is no JSON.`);
  }
}
