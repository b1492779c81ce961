/** The product's mark: a key. Decoration; the name stands beside it. */
export function KeyMark({ className }: { className?: string }) {
  return (
    <svg
      aria-hidden
      viewBox="0 0 18 18"
      fill="none"
      stroke="currentColor"
      strokeWidth="2"
      className={className}
    >
      <circle cx="6" cy="9" r="4" />
      <path d="M10 9h7M14 9v4" />
    </svg>
  );
}
