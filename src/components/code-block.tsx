import { cn } from "@/lib/cn";
import { CopyButton } from "./copy-field";

interface CodeBlockProps {
  text: string;
  /** What the copy button says it copies: "Copy curl lines". Without it there is no button. */
  copyLabel?: string;
  className?: string;
}

/** Lines of code, to read and to copy. Long lines scroll inside. */
export function CodeBlock({ text, copyLabel, className }: CodeBlockProps) {
  return (
    <div className={cn("relative rounded-lg border bg-sunken", className)}>
      <pre
        // biome-ignore lint/a11y/noNoninteractiveTabindex: a region that scrolls must be reachable by keyboard (WCAG 2.1.1)
        tabIndex={0}
        className={cn(
          "mono overflow-x-auto rounded-lg py-3 pl-3 text-ink-2 leading-5",
          copyLabel ? "pr-12" : "pr-3",
        )}
      >
        {text}
      </pre>
      {copyLabel && (
        <CopyButton
          value={text}
          label={copyLabel}
          iconOnly
          className="absolute top-1.5 right-1.5 rounded-lg bg-sunken"
        />
      )}
    </div>
  );
}
