export { pingDatabase } from "./ping";
