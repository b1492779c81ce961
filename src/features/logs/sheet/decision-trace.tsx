import { Note } from "@/components/note";
import type { RequestDetail } from "@/contracts/request-queries";
import { decisionTrace } from "@/contracts/requests";
import { Checks, permissionRemark } from "../checks";

/** What the door found at each of its checks when the call came. */
export function DecisionTrace({ call }: { call: RequestDetail }) {
  const { route, refusedBy, code, key, permission, limits } = call;
  if (route === null && refusedBy === null) {
    return <Note>No route serves this method and path, so there was nothing to check.</Note>;
  }
  if (key === null && refusedBy === null) {
    return <Note>This route is open to everybody, so there was nothing to check.</Note>;
  }
  const remarks = {
    ...(key ? { known: key.name } : {}),
    ...(limits ? { limit: limitRemark(limits) } : {}),
    permission: permissionRemark(permission),
  };
  return <Checks steps={decisionTrace(refusedBy)} code={code} remarks={remarks} />;
}

function limitRemark(limits: NonNullable<RequestDetail["limits"]>): string {
  return limits.map(({ name, limit, remaining }) => `${remaining} of ${limit} left this ${name}`).join(", ");
}
