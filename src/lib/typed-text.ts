/** The whole number that was typed, null where nothing was. NaN for what is no number, which no schema accepts. */
export function readDigits(text: string): number | null {
  // People paste figures with thousands separators; they mean the figure.
  const digits = text.replaceAll(/[\s,_]/g, "");
  if (digits === "") return null;
  return /^\d+$/.test(digits) ? Number(digits) : Number.NaN;
}

/** What was typed one per line, or with commas between. */
export function linesOf(text: string): string[] {
  return text
    .split(/[\n,]/)
    .map((line) => line.trim())
    .filter((line) => line !== "");
}
