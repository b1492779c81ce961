import type { Metadata } from "next";
import { DescriptionFiles } from "@/features/docs/description-files";
import { REFERENCE } from "@/features/docs/guide-list";
import { Reference } from "@/features/docs/reference";

export const metadata: Metadata = { title: REFERENCE.title, description: REFERENCE.about };

/** Every operation, with a form to try it. */
export default function Page() {
  return (
    <main className="mx-auto max-w-280 px-4 py-4 sm:px-6">
      <h1 className="sr-only">{REFERENCE.title}</h1>
      <DescriptionFiles />
      <Reference />
    </main>
  );
}
