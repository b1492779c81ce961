export { checkDueFindings, checkFindings, checkKeyFindings, lastLookAt } from "./check";
export { countFindings, listFindings } from "./list";
export { muteFinding, unmuteFinding } from "./mute";
