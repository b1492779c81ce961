export { checkDueFindings, checkFindings, checkKeyFindings } from "./check";
export { countFindings, listFindings } from "./list";
export { muteFinding, unmuteFinding } from "./mute";
