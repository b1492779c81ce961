export { readRetention } from "./retention";
