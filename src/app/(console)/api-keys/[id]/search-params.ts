import { parseAsStringLiteral } from "nuqs/server";
import { LINKED_ACTIONS } from "@/features/keys/key-abilities";

/** `?do=trim` opens the form or dialog of that action, from findings and from Explain. */
export const linkedActionParser = parseAsStringLiteral(LINKED_ACTIONS);
