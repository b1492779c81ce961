const UNITS = ["byte", "kilobyte", "megabyte", "gigabyte", "terabyte"] as const;

/** Bytes in the unit that leaves a short figure, by thousands: `0 byte`, `24 kB`, `3.1 MB`. */
export function byteSize(bytes: number): string {
  let power = 0;
  let figure = bytes;
  // What would be rounded up to 1,000 goes over to the next unit.
  while (figure >= 999.5 && power < UNITS.length - 1) {
    figure /= 1_000;
    power++;
  }
  const maximumFractionDigits = figure < 10 ? 1 : 0;
  return new Intl.NumberFormat("en", { style: "unit", unit: UNITS[power], maximumFractionDigits }).format(
    figure,
  );
}
