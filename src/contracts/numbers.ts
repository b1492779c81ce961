/**
 * A whole number with commas between its thousands. Not by `toLocaleString`: with its first call a process reads its tables of
 * languages, which takes longer than making all of the schemas that name a number.
 */
export function grouped(number: number): string {
  return String(number).replace(/\B(?=(?:\d{3})+$)/g, ",");
}
