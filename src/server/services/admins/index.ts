export { changeRole } from "./change-role";
export { createAdmin } from "./create";
export { deactivateAdmin } from "./deactivate";
export { listAdmins } from "./list";
export { reactivateAdmin } from "./reactivate";
export { removeAdmin } from "./remove";
export { resetPassword } from "./reset-password";
export { completeSetUp, ensureFirstOwner, issueSetUpToken, needsSetUp } from "./set-up";
export { type SignedIn, signIn } from "./sign-in";
