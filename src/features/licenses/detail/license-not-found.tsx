import { RecordNotFound } from "@/components/record-not-found";

/** There is no licence with this id. */
export function LicenseNotFound() {
  return <RecordNotFound noun="licence" nouns="licences" list={{ label: "Licences", href: "/licenses" }} />;
}
