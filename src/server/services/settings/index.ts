export {
  changeRequestLogSettings,
  changeRetention,
  readRequestLogSettings,
  readRetention,
} from "./settings";
