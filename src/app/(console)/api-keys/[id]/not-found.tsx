import { KeyNotFound } from "@/features/keys/detail/missing-key";

export default KeyNotFound;
