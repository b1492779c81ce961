import { type Answer, type CallOptions, call, type PublicApi } from "./calls";

/**
 * Opens a call and holds its body back, as whoever has stolen a key might until the revoke has been answered. The call is
 * authenticated when this returns.
 * @returns sends the body, and gives the answer
 */
export async function holdBack(
  api: PublicApi,
  method: string,
  path: string,
  body: unknown,
  options: CallOptions,
): Promise<() => Promise<Answer>> {
  let finish = () => {};
  let isRead = () => {};
  const read = new Promise<void>((resolve) => {
    isRead = resolve;
  });
  const raw = new ReadableStream<Uint8Array>(
    {
      pull(controller) {
        finish = () => {
          controller.enqueue(new TextEncoder().encode(JSON.stringify(body)));
          controller.close();
        };
        isRead();
        return new Promise(() => {});
      },
    },
    { highWaterMark: 0 },
  );
  const answer = call(api, method, path, { ...options, raw });
  await read;
  return () => {
    finish();
    return answer;
  };
}
