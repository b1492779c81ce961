import { JobError } from "@/client";
import { isRefusal, pick, type Shop, type Sold } from "./shop";

/** A part of what the shop does; it calls at least once, or a run of nothing else would go round without a pause. */
export interface Part {
  /** For the sentence that it is left out: "does not …". */
  does: string;
  isDue(turn: number): boolean;
  /** @throws KeywardError for what is not a part of the business; JobError */
  play(shop: Shop): Promise<void>;
}

const PRODUCTS = ["Atelier Desktop", "Atelier Mobile", "Pixelforge Plugin"] as const;
/** One more than a licence allows. */
const DEVICES = ["desktop", "laptop", "tablet"] as const;
const DEVICES_ALLOWED = DEVICES.length - 1;
/** Licences that the shop remembers. */
const REMEMBERED = 20;
/** Records that a look through a list reads, and how many of them come at once. */
const LOOK = { records: 12, page: 5 };
const STOCK = 25;

const always = () => true;
/** Once in so many turns, first in the turn `first`. */
const once = (every: number, first: number) => (turn: number) => turn % every === first;
const isMistyped = once(4, 2);
const isRefundDue = once(6, 4);

/** In the order of a turn. */
export const PARTS: readonly Part[] = [
  { does: "register customers", isDue: always, play: registerBuyer },
  { does: "sell licences", isDue: always, play: sellLicense },
  { does: "use licences on devices", isDue: always, play: useLicense },
  { does: "send telemetry", isDue: always, play: sendTelemetry },
  { does: "fill the stock by a job", isDue: once(8, 1), play: fillStock },
  { does: "look through its licences", isDue: once(5, 3), play: lookThroughLicenses },
];

/** The customer may be there already, from another run: the e-mail is what tells. */
async function registerBuyer({ keyward, buyer, customers, done, tell }: Shop): Promise<void> {
  const id = customers.get(buyer.email);
  if (id !== undefined) {
    const { name } = await keyward.get("/customers/{id}", { params: { path: { id } } });
    return tell(`${name ?? buyer.email} comes again.`);
  }
  try {
    const { id } = await keyward.post("/customers", {
      body: { ...buyer, metadata: { source: "demo shop" } },
    });
    customers.set(buyer.email, id);
    done.customers++;
    tell(`${buyer.name} is a new customer.`);
  } catch (error) {
    if (!isRefusal(error, "conflict")) throw error;
    const query = { email: buyer.email };
    const { data } = await keyward.get("/customers", { params: { query } });
    const [known] = data;
    if (!known) throw error;
    customers.set(buyer.email, known.id);
    done.refusals++;
    tell(`${buyer.name} is a customer already (${error.code}).`);
  }
}

async function sellLicense(shop: Shop): Promise<void> {
  const { keyward, buyer, customers, sold, turn, done, tell } = shop;
  const customerId = customers.get(buyer.email);
  const license = await keyward.post("/licenses", {
    body: {
      product: pick(PRODUCTS, turn),
      ...(customerId === undefined ? {} : { customerId }),
      activationLimit: DEVICES_ALLOWED,
      validityDays: 365,
      features: ["export-pdf"],
      metadata: { order: `DEMO-${turn + 1}` },
    },
  });
  done.licenses++;
  // What belongs to nobody is stock, and works on no device.
  if (customerId === undefined) return tell(`${license.product} is in stock: ${license.id}.`);
  sold.push({ id: license.id, key: license.key, product: license.product, devices: [] });
  if (sold.length > REMEMBERED) sold.shift();
  tell(`${buyer.name} bought ${license.product}: ${license.id}.`);
  if (isRefundDue(turn)) await refundOldest(shop);
}

async function refundOldest({ keyward, sold, tell }: Shop): Promise<void> {
  const license = sold.shift();
  if (!license) return;
  await keyward.post("/licenses/{id}/revoke", {
    params: { path: { id: license.id } },
    body: { reason: "Refunded" },
  });
  tell(`${license.product} was refunded: ${license.id} is revoked.`);
}

/** As an app does when it starts: it asks whether the licence is good, and activates it where it is not active yet. */
async function useLicense(shop: Shop): Promise<void> {
  const license = shop.sold.at(-1);
  if (!license || isMistyped(shop.turn)) await mistypeKey(shop);
  if (!license) return;
  // In every third turn on one device more than the licence allows.
  const devices = DEVICES.slice(0, shop.turn % 3 === 2 ? DEVICES.length : 1);
  for (const device of devices) await startOn(shop, license, `${device}-${license.id.slice(-6)}`);
}

async function startOn({ keyward, done, tell }: Shop, license: Sold, identifier: string): Promise<void> {
  const { key, product, devices } = license;
  const verdict = await keyward.post("/licenses/validate", { body: { key, identifier, product } });
  if (verdict.code !== "not_activated") return tell(`${product} on ${identifier}: ${verdict.code}.`);
  const activate = () => keyward.post("/licenses/activate", { body: { key, identifier } });
  try {
    await activate();
  } catch (error) {
    const [oldest] = devices;
    if (!isRefusal(error, "activation_limit_reached") || oldest === undefined) throw error;
    tell(`${product} has its ${DEVICES_ALLOWED} devices (${error.code}): ${oldest} makes room.`);
    done.refusals++;
    await keyward.post("/licenses/deactivate", { body: { key, identifier: oldest } });
    devices.shift();
    await activate();
  }
  devices.push(identifier);
  done.activations++;
  tell(`${product} runs on ${identifier}.`);
}

/** In one call what happened since the last one: events are worth no call each. */
async function sendTelemetry({ keyward, sold, turn, done, tell }: Shop): Promise<void> {
  const license = sold.at(-1);
  const device = license?.devices.at(-1);
  const events = Array.from({ length: 3 + (turn % 7) }, (_, index) => ({
    ...eventOf(turn + index),
    product: license?.product ?? pick(PRODUCTS, turn),
    version: "4.2.0",
    ...(license ? { licenseKey: license.key } : {}),
    ...(device ? { identifier: device } : {}),
  }));
  const { accepted, flagged } = await keyward.post("/telemetry", { body: { events } });
  done.events += accepted;
  tell(`${accepted} events sent${flagged > 0 ? `, ${flagged} of them flagged` : ""}.`);
}

function eventOf(number: number): { type: string; data: Record<string, unknown> } {
  if (number % 11 === 10)
    return { type: "app.crash", data: { signal: "SIGSEGV", uptimeSeconds: 60 * number } };
  if (number % 3 === 0) return { type: "app.start", data: { os: pick(["Windows 11", "macOS 26"], number) } };
  return { type: "feature.use", data: { feature: pick(["export", "share", "render"], number) } };
}

/** What takes longer is a job: started, awaited, and its result fetched. */
async function fillStock({ keyward, turn, done, tell }: Shop): Promise<void> {
  const product = pick(PRODUCTS, turn);
  const input = { product, count: STOCK, activationLimit: DEVICES_ALLOWED, validityDays: 365 };
  try {
    const { id } = await keyward.post("/jobs", { body: { type: "licenses.generate", input } });
    tell(`Job ${id} fills the stock of ${product}.`);
    await keyward.waitForJob(id, {
      onProgress: (progress, { status }) =>
        tell(`Job ${id} is ${status}: ${progress.done} of ${progress.total ?? "?"}.`),
    });
    const csv = await keyward.get("/jobs/{id}/result", { params: { path: { id } }, parseAs: "text" });
    done.jobs++;
    tell(`Job ${id} has made ${csv.trimEnd().split("\n").length - 1} licences.`);
  } catch (error) {
    // Cancelled by an administrator, or failed; the next one may do better.
    if (error instanceof JobError) return tell(`${error.message}.`);
    if (!isRefusal(error, "too_many_jobs")) throw error;
    done.refusals++;
    tell(`Too many jobs are running (${error.code}): the stock is filled later.`);
  }
}

async function mistypeKey({ keyward, done, tell }: Shop): Promise<void> {
  try {
    await keyward.post("/licenses/activate", { body: { key: "MY-L1CENCE-KEY", identifier: "laptop" } });
  } catch (error) {
    if (!isRefusal(error, "not_found")) throw error;
    done.refusals++;
    tell(`Somebody mistyped a licence key (${error.code}): the app asks again.`);
  }
}

/** Page by page, and no further than it has to. */
async function lookThroughLicenses({ keyward, done, tell }: Shop): Promise<void> {
  const products = new Map<string, number>();
  let read = 0;
  for await (const { product } of keyward.list("/licenses", { params: { query: { limit: LOOK.page } } })) {
    products.set(product, (products.get(product) ?? 0) + 1);
    read++;
    if (read === LOOK.records) break;
  }
  done.read += read;
  const counts = [...products].map(([product, count]) => `${count} of ${product}`);
  tell(`The latest ${read} licences: ${counts.join(", ") || "none"}.`);
}
