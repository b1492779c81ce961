export { dropOldDays } from "./drop-old-days";
export { changeKeyPrefix, readKeyPrefix } from "./key-prefix";
export {
  changeRequestLogSettings,
  changeRetention,
  changeSessionLifetimes,
  changeSignInSettings,
  readRequestLogSettings,
  readRetention,
  readSessionLifetimes,
  readSignInSettings,
} from "./settings";
