export { hasDueMails } from "./has-due";
export { purgeMails } from "./purge";
export { type NewMail, queueMail } from "./queue";
export { sendDueMails } from "./send-due";
export { sendTestMail } from "./send-test";
export { readMailState } from "./state";
