/** Between one way to sign in and the others. */
export function Or() {
  return (
    <p className="my-5 flex items-center gap-3 text-ink-3 text-sm before:h-px before:flex-1 before:bg-line after:h-px after:flex-1 after:bg-line">
      or
    </p>
  );
}
