export { approveApproval } from "./approve";
export { askApproval } from "./ask";
export { countWaitingApprovals } from "./count-waiting";
export { listApprovals } from "./list";
export { purgeApprovals } from "./purge";
export { refuseApproval } from "./refuse";
export { revealApproved } from "./reveal";
export { withdrawApproval } from "./withdraw";
