export { checkDueFindings, checkFindings, checkKeyFindings, lastRoundAt } from "./check";
export { countFindings, listFindings } from "./list";
export { muteFinding, unmuteFinding } from "./mute";
