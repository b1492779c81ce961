export { createAdmin } from "./create";
export { completeSetUp, ensureFirstOwner, issueSetUpToken, needsSetUp } from "./set-up";
export { type SignedIn, signIn } from "./sign-in";
