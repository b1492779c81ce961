export { dropOldDays } from "./drop-old-days";
export { changeKeyPrefix, readKeyPrefix } from "./key-prefix";
export {
  changeRequestLogSettings,
  changeRetention,
  changeSessionLifetimes,
  readRequestLogSettings,
  readRetention,
  readSessionLifetimes,
} from "./settings";
