import { RecordNotFound } from "@/components/record-not-found";

/** There is no job with this id. */
export function JobNotFound() {
  return <RecordNotFound noun="job" nouns="jobs" list={{ label: "Background Jobs", href: "/jobs" }} />;
}
