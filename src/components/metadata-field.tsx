"use client";

import type { FieldValues } from "react-hook-form";
import { readMetadata } from "@/contracts/schemas/metadata";
import type { FieldOf } from "@/lib/use-zod-form";
import type { FieldProps } from "./field";
import { TextAreaField } from "./form-fields";

/** Metadata as JSON, for `readMetadata` to read. */
export function MetadataField<Values extends FieldValues>(
  props: FieldOf<Values, string> & Pick<FieldProps, "hint" | "optional"> & { rows: number },
) {
  const wordsFor = (text: string) => {
    const read = readMetadata(text);
    return typeof read === "string" ? read : undefined;
  };
  return <TextAreaField label="Metadata" mono spellCheck={false} {...props} wordsFor={wordsFor} />;
}
