import { KeyNotFound } from "@/features/keys/detail/key-not-found";

/** For an address that cannot be the id of a key. */
export default function KeyPageNotFound() {
  return <KeyNotFound />;
}
