import { ENVIRONMENTS } from "@/contracts/environments";
import { KEY_STATUSES } from "@/contracts/keys";
import { PERMISSIONS } from "@/contracts/permissions";
import { createKeySchema, keyIdSchema, listKeysStepSchema, updateKeySchema } from "@/contracts/schemas/keys";
import { parse } from "@/server/core/validation";
import { type Command, UsageError } from "../command";
import { approvalGround, KEY_OPTIONS, keyFields, WITHOUT_APPROVAL } from "./key-input";
import { keyDetails, keyLine, revealedKey, shownKey } from "./key-text";
import { PAGE_OPTIONS, pagesOf } from "./lists";

export const keyCommands: readonly Command[] = [
  {
    noun: "key",
    verb: "create",
    summary: "make a key, and print its secret for the only time",
    example:
      "key create --name 'Main website' --environment production --permissions customers:write --limit minute=60",
    words: [],
    options: {
      environment: { about: "for life", value: "name", choices: ENVIRONMENTS },
      ...KEY_OPTIONS,
      ...WITHOUT_APPROVAL,
    },
    prepare(given) {
      const input = parse(createKeySchema, keyFields(given));
      return async (ctx) => {
        const { createKey } = await import("@/server/services/keys");
        return revealedKey(await createKey(ctx, input, approvalGround(given)));
      };
    },
  },
  {
    noun: "key",
    verb: "list",
    summary: "list keys, newest first",
    example: "key list --environment production --status active --search website",
    words: [],
    options: {
      environment: { about: "only those of", value: "name", choices: ENVIRONMENTS },
      status: { about: "only those that are", value: "status", choices: KEY_STATUSES, multiple: true },
      search: { about: "within name, key, tags, owner and more, or the whole id", value: "text" },
      permission: { about: "only those that may; one's own too", value: "name", choices: PERMISSIONS },
      customer: { about: "only those for this customer", value: "id" },
      "made-by": { about: "only those that this key has made, or that those have", value: "id" },
      owner: { about: 'only those of this address; "none", "left"', value: "address" },
      tag: { about: "only those with this tag", value: "word" },
      ...PAGE_OPTIONS,
    },
    prepare(given) {
      const { status: statuses, customer: customerId, limit: _, cursor: __, ...plain } = given.options;
      const pages = pagesOf(given);
      const filter = {
        ...plain,
        ...(statuses === undefined ? {} : { statuses }),
        ...(customerId === undefined ? {} : { customerId }),
      };
      const input = parse(listKeysStepSchema, filter);
      return async (ctx) => {
        const { listKeys } = await import("@/server/services/keys");
        return pages((step) => listKeys(ctx, { ...input, ...step }), { line: keyLine, none: "No keys." });
      };
    },
  },
  {
    noun: "key",
    verb: "show",
    summary: "show all about a key but its secret",
    example: "key show key_01h455vb4pex5vsknk084sn02q",
    words: ["<id>"],
    options: {},
    prepare({ words }) {
      const input = parse(keyIdSchema, { id: words[0] });
      return async (ctx) => {
        const { getKey } = await import("@/server/services/keys");
        const key = await getKey(ctx, input);
        return { text: keyDetails(key), data: key };
      };
    },
  },
  {
    noun: "key",
    verb: "update",
    summary: "change what is given of a key, and nothing else",
    example: "key update key_01h455vb4pex5vsknk084sn02q --limit minute=120 --expires-at never",
    words: ["<id>"],
    options: { ...KEY_OPTIONS, ...WITHOUT_APPROVAL },
    prepare(given) {
      const fields = keyFields(given);
      if (Object.keys(fields).length === 0) {
        throw new UsageError('There is nothing to change. "key update --help" lists what can be.');
      }
      const input = parse(updateKeySchema, { id: given.words[0], ...fields });
      return async (ctx) => {
        const { updateKey } = await import("@/server/services/keys");
        return shownKey(await updateKey(ctx, input, approvalGround(given)));
      };
    },
  },
];
