import type { ReactNode } from "react";

/** One part of the sheet, under a hairline. */
export function Part({ title, children }: { title: string; children: ReactNode }) {
  return (
    <section className="border-t p-4">
      <h3 className="mb-2 font-medium">{title}</h3>
      {children}
    </section>
  );
}
