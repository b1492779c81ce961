import { activationChangeSchema, activationSchema } from "@/contracts/schemas/activations";
import {
  activateLicenseSchema,
  deactivateLicenseSchema,
  shortLicenseSchema,
  usedLicenseSchema,
  validateLicenseSchema,
  validationSchema,
} from "@/contracts/schemas/license-use";
import { activationPageSchema } from "@/gateway/routes/schemas";
import { type Component, object } from "../component";
import { LICENSE_PROPERTIES } from "./licenses";
import { NEXT_CURSOR } from "./lists";

const TYPED_KEY = {
  description:
    "The licence key as its owner typed it. Case and dashes do not matter, except for a key that was imported.",
  examples: ["7H4QM-XK2PD-9RVTW-C3JNB-F8YZG"],
};

const IDENTIFIER = {
  description: "What your app calls the device or installation; compared exactly.",
  examples: ["macbook-of-ada"],
};

export const LICENSE_USE_INPUTS: readonly Component[] = [
  object("LicenseValidate", validateLicenseSchema, "Which licence is asked about, and what else of it.", {
    key: TYPED_KEY,
    identifier: { ...IDENTIFIER, description: "Asks as well whether the licence is active on this device." },
    product: { description: "Asks as well whether the licence is for this product.", examples: ["Editor"] },
  }),
  object("LicenseActivate", activateLicenseSchema, "Which licence is to be active, and where.", {
    key: TYPED_KEY,
    identifier: IDENTIFIER,
    metadata: "Data of your own about the device. Absent: none.",
  }),
  object(
    "LicenseDeactivate",
    deactivateLicenseSchema,
    "Which licence is no longer to be active, and where.",
    {
      key: TYPED_KEY,
      identifier: IDENTIFIER,
    },
  ),
];

const { key, product, status, activationLimit, activationCount, expiresAt, features } = LICENSE_PROPERTIES;

export const LICENSE_USE_ANSWERS: readonly Component[] = [
  object(
    "ShortLicense",
    shortLicenseSchema,
    "What an app needs of the licence it runs under: neither its owner nor data of yours.",
    { key, product, status, activationLimit, activationCount, expiresAt, features },
  ),
  {
    name: "UsedLicense",
    schema: usedLicenseSchema,
    description:
      "The whole licence for a key with `licenses:read`; for any other what an app needs of it, as keys that are shipped inside apps can be taken out of them.",
  },
  object("Validation", validationSchema, "Whether a licence may be used.", {
    valid: "Whether it may: true with the code `valid` alone.",
    code: "What was found.",
    license: "The licence; null with `not_found` alone.",
  }),
  object("Activation", activationSchema, "A device or installation on which a licence is, or was, active.", {
    id: "Id of the activation.",
    licenseId: "The licence.",
    identifier: { ...IDENTIFIER, maxLength: 255 },
    metadata: "Data of your own about the device.",
    createdAt: "Since when it is, or was, active.",
    deactivatedAt: "Until when it was active; null while it is.",
  }),
  object("ActivationPage", activationPageSchema, "A page of activations, newest first.", {
    data: { description: "The activations of this page.", maxItems: 100 },
    nextCursor: NEXT_CURSOR,
  }),
  object("ActivationChange", activationChangeSchema, "An activation, and the licence with its new count.", {
    activation: "The activation that began or ended.",
    license: "The licence after it.",
  }),
];
