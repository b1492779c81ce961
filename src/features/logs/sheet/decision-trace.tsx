import { Note } from "@/components/note";
import type { RequestDetail } from "@/contracts/request-queries";
import { decisionTrace } from "@/contracts/requests";
import { Checks, remarksOf } from "../checks";

/** What the gateway found at each of its checks when the call came. */
export function DecisionTrace({ call }: { call: RequestDetail }) {
  const { route, refusedBy, code, key } = call;
  if (route === null && refusedBy === null) {
    return <Note>No route serves this method and path, so there was nothing to check.</Note>;
  }
  if (key === null && refusedBy === null) {
    return <Note>This route is open to everybody, so there was nothing to check.</Note>;
  }
  return <Checks steps={decisionTrace(refusedBy)} code={code} remarks={remarksOf(call)} />;
}
