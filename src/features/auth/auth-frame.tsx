import type { ReactNode } from "react";
import { KeyMark } from "@/components/key-mark";

/** The frame of the pages before the console: mark, heading, and one thing to do. */
export function AuthFrame({ title, sub, children }: { title: string; sub?: ReactNode; children: ReactNode }) {
  return (
    <main className="grid min-h-dvh place-items-center px-4 py-10">
      <div className="w-full max-w-90">
        <p className="mb-6 flex items-center gap-2.5 font-semibold">
          <KeyMark className="w-4.5 text-accent" />
          Keyward
        </p>
        <h1 className="font-semibold text-xl">{title}</h1>
        {sub && <p className="mt-1 text-pretty text-ink-2">{sub}</p>}
        <div className="mt-6">{children}</div>
      </div>
    </main>
  );
}
