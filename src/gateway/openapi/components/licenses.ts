import {
  createLicenseSchema,
  licenseSchema,
  licenseStepSchema,
  newLicenseShape,
  updateLicenseSchema,
} from "@/contracts/schemas/licenses";
import { deletedLicenseSchema, licensePageSchema } from "@/gateway/routes/schemas";
import { type Component, object } from "../component";
import { DELETED, NEXT_CURSOR } from "./lists";

/** Texts of the fields that a new licence, a changed one and a generated one share. */
export const LICENSE_TEXTS = {
  product: { description: "What the licence is for, in your own words.", examples: ["Editor"] },
  activationLimit: {
    description: "On how many devices it may be active at a time; null: on any number.",
    examples: [3],
  },
  expiresAt: "When it expires; null: never. It may lie in the past. Offsets other than UTC are taken.",
  features: {
    description: "Words for what the licence includes, for your app to read. Each is kept once.",
    examples: [["export", "sync"]],
  },
};

const KEY = {
  description: "The licence key, which its owner types into your app.",
  maxLength: 255,
  examples: ["7H4QM-XK2PD-9RVTW-C3JNB-F8YZG"],
};

export const LICENSE_INPUTS: readonly Component[] = [
  object(
    "LicenseOwner",
    newLicenseShape.customer.unwrap(),
    "The customer with this e-mail address; made where there is none. One that exists stays as it is.",
    {
      email: {
        description: "E-mail address, compared without the case of its letters.",
        format: "email",
        examples: ["ada@example.com"],
      },
      name: { description: "Name of a customer that is made; null: none.", examples: ["Ada Lovelace"] },
    },
  ),
  object(
    "LicenseCreate",
    createLicenseSchema,
    "A new licence. Send `customerId` or `customer`, not both; `expiresAt` or `validityDays`, not both.",
    {
      ...LICENSE_TEXTS,
      customerId: "The customer that it belongs to. Without one, and without `customer`, it is `available`.",
      customer: "The customer that it belongs to, by e-mail address.",
      activationLimit: {
        ...LICENSE_TEXTS.activationLimit,
        description: `${LICENSE_TEXTS.activationLimit.description} Absent: on any number.`,
      },
      validityDays: {
        description: "Days of 24 hours from now until it expires, in place of `expiresAt`.",
        examples: [365],
      },
      metadata: "Data of your own. Absent: none.",
      key: {
        description:
          "An existing licence key, to import it: visible ASCII characters, matched exactly. Absent: one is made, which is matched without case and dashes. A key that is restricted to certain customers cannot import.",
        minLength: 1,
        maxLength: 255,
        examples: ["OLD-LICENCE-0001"],
      },
    },
  ),
  {
    ...object(
      "LicenseUpdate",
      updateLicenseSchema,
      "What is to change of a licence; what is absent stays. At least one member. Licence key and product never change.",
      {
        ...LICENSE_TEXTS,
        customerId: "The customer that it belongs to from now on; null: nobody. Activations stay.",
        activationLimit: {
          ...LICENSE_TEXTS.activationLimit,
          description: `${LICENSE_TEXTS.activationLimit.description} Not fewer than it is active on now (409 \`invalid_state\`).`,
        },
        features: {
          ...LICENSE_TEXTS.features,
          description: "The features from now on, all of them: they are replaced as a whole.",
        },
        metadata:
          "Merged into what is there (JSON Merge Patch, RFC 7396): null deletes a member, and null in place of the object deletes all. The whole is then bound as any metadata is.",
      },
    ),
    keywords: { minProperties: 1 },
  },
  object("LicenseStep", licenseStepSchema, "Why a licence is suspended, reinstated or revoked.", {
    reason: {
      description: "For people; it is shown as `statusReason` from then on.",
      examples: ["Payment overdue"],
    },
  }),
];

/** Texts of a licence in answers. */
export const LICENSE_PROPERTIES = {
  id: "Id of the licence.",
  key: KEY,
  product: { ...LICENSE_TEXTS.product, maxLength: 100 },
  status: "Where it stands now.",
  statusReason: {
    description:
      "The reason given when it was suspended, reinstated or revoked last; null where it never was, or none was given. Expiry is no step of anybody's.",
    maxLength: 500,
    examples: ["Payment overdue"],
  },
  statusChangedAt: "When it was suspended, reinstated or revoked last; null where it never was.",
  customerId: "The customer that it belongs to; null: nobody.",
  activationLimit: {
    description: "On how many devices it may be active at a time; null: on any number.",
    minimum: 1,
    maximum: 1_000_000,
    format: "int32",
    examples: [3],
  },
  activationCount: { description: "On how many devices it is active now.", examples: [1] },
  expiresAt: "When it expires; null: never.",
  features: {
    ...LICENSE_TEXTS.features,
    description: "Words for what the licence includes.",
    maxItems: 100,
    items: { type: "string", maxLength: 100 },
  },
  metadata: "Data of your own.",
  createdAt: "When it was created.",
  updatedAt: "When it was last changed. Expiry is no change.",
};

export const LICENSE_ANSWERS: readonly Component[] = [
  object("License", licenseSchema, "The right to use a product.", LICENSE_PROPERTIES),
  object("LicensePage", licensePageSchema, "A page of licences, newest first.", {
    data: { description: "The licences of this page.", maxItems: 100 },
    nextCursor: NEXT_CURSOR,
  }),
  object("DeletedLicense", deletedLicenseSchema, "A licence is deleted, with its activations.", {
    id: "Id that the licence had.",
    deleted: DELETED,
  }),
];
