import type { ReactNode } from "react";

interface PartProps {
  title: string;
  /** At the right of the title: where it leads on. */
  action?: ReactNode;
  children: ReactNode;
}

/** One part of the sheet, under a hairline. */
export function Part({ title, action, children }: PartProps) {
  return (
    <section className="border-t p-4">
      <div className="mb-2 flex items-baseline justify-between gap-4">
        <h3 className="font-medium">{title}</h3>
        {action}
      </div>
      {children}
    </section>
  );
}
