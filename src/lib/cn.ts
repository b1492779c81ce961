/** Joins class names, leaving out what a condition made false. Later classes do not override earlier ones. */
export function cn(...names: (string | false | null | undefined)[]): string {
  return names.filter(Boolean).join(" ");
}
