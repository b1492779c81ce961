import type { Component } from "../component";
import { CUSTOMER_ANSWERS, CUSTOMER_INPUTS } from "./customers";
import { JOB_INPUT_COMPONENTS } from "./job-inputs";
import { JOB_ANSWERS } from "./jobs";
import { KEY_ANSWERS, KEY_INPUTS } from "./keys";
import { LICENSE_USE_ANSWERS, LICENSE_USE_INPUTS } from "./license-use";
import { LICENSE_ANSWERS, LICENSE_INPUTS } from "./licenses";
import { METADATA } from "./metadata";
import { PROBLEM_ANSWERS } from "./problems";
import { TELEMETRY_ANSWERS, TELEMETRY_INPUTS } from "./telemetry";
import { VERIFICATION_ANSWERS, VERIFICATION_INPUTS } from "./verification";
import { WEBHOOK_ANSWERS, WEBHOOK_INPUTS } from "./webhooks";

/** What is sent, by name. */
export const INPUTS: readonly Component[] = [
  METADATA,
  ...VERIFICATION_INPUTS,
  ...KEY_INPUTS,
  ...CUSTOMER_INPUTS,
  ...LICENSE_INPUTS,
  ...LICENSE_USE_INPUTS,
  ...TELEMETRY_INPUTS,
  ...JOB_INPUT_COMPONENTS,
  ...WEBHOOK_INPUTS,
];

/** What is answered, by name. */
export const ANSWERS: readonly Component[] = [
  METADATA,
  ...PROBLEM_ANSWERS,
  ...KEY_ANSWERS,
  ...VERIFICATION_ANSWERS,
  ...CUSTOMER_ANSWERS,
  ...LICENSE_ANSWERS,
  ...LICENSE_USE_ANSWERS,
  ...TELEMETRY_ANSWERS,
  ...JOB_ANSWERS,
  ...WEBHOOK_ANSWERS,
];
