import { version } from "../../../package.json";

/** The version of Keyward that runs. */
export const VERSION: string = version;
