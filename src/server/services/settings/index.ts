export { dropOldDays } from "./drop-old-days";
export {
  changeRequestLogSettings,
  changeRetention,
  readRequestLogSettings,
  readRetention,
} from "./settings";
