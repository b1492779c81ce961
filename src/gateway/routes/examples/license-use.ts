import { type Examples, NOT_FOUND, wrongField } from "./example";
import { ACTIVATION, DEVICE, LICENSE, NOW, SUSPENDED_LICENSE } from "./records";

const { key } = LICENSE;
const SECOND_DEVICE = "workstation-2";

export const LICENSE_USE_EXAMPLES = {
  validate: [
    {
      name: "valid",
      summary: "A good licence, on a device on which it is active",
      body: { key, identifier: DEVICE, product: "Editor" },
      answer: { status: 200, body: { valid: true, code: "valid", license: LICENSE } },
    },
    {
      name: "notActivated",
      summary: "A good licence, on another device",
      body: { key, identifier: SECOND_DEVICE },
      answer: { status: 200, body: { valid: false, code: "not_activated", license: LICENSE } },
    },
    {
      name: "suspended",
      summary: "A licence that was suspended",
      body: { key: SUSPENDED_LICENSE.key },
      answer: { status: 200, body: { valid: false, code: "suspended", license: SUSPENDED_LICENSE } },
    },
    {
      name: "unknown",
      summary: "No such licence key",
      body: { key: "7H4QM-XK2PD-9RVTW-C3JNB-AAAAA" },
      answer: { status: 200, body: { valid: false, code: "not_found", license: null } },
    },
  ],
  activate: [
    {
      name: "newDevice",
      summary: "A second device",
      body: { key, identifier: SECOND_DEVICE, metadata: { os: "Windows 11" } },
      answer: {
        status: 201,
        body: {
          activation: { ...ACTIVATION, identifier: SECOND_DEVICE, metadata: { os: "Windows 11" } },
          license: { ...LICENSE, activationCount: 2 },
        },
      },
    },
    {
      name: "sameDevice",
      summary: "It is active there already",
      body: { key, identifier: DEVICE },
      answer: { status: 200, body: { activation: ACTIVATION, license: LICENSE } },
    },
    {
      name: "suspended",
      summary: "A licence that may not be used",
      body: { key: SUSPENDED_LICENSE.key, identifier: DEVICE },
      answer: {
        problem: "invalid_state",
        detail: "The licence is suspended, so it cannot be activated.",
      },
    },
  ],
  deactivate: [
    {
      name: "deactivated",
      summary: "Frees the place of a device",
      body: { key, identifier: DEVICE },
      answer: {
        status: 200,
        body: {
          activation: { ...ACTIVATION, deactivatedAt: NOW },
          license: { ...LICENSE, activationCount: 0 },
        },
      },
    },
    {
      name: "notActive",
      summary: "It is not active there",
      body: { key, identifier: SECOND_DEVICE },
      answer: NOT_FOUND,
    },
    {
      name: "noDevice",
      summary: "Nobody said where",
      body: { key },
      answer: wrongField("identifier", "Is required", "invalid_type"),
    },
  ],
} satisfies Record<string, Examples>;
