import { KeyNotFound } from "@/features/keys/detail/key-detail";

export default KeyNotFound;
