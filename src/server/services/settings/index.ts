export { dropOldDays } from "./drop-old-days";
export { changeKeyPrefix, readKeyPrefix } from "./key-prefix";
export {
  changeRequestLogSettings,
  changeRetention,
  readRequestLogSettings,
  readRetention,
} from "./settings";
