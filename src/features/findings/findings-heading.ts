/** Title of the page, the same while it loads. */
export const FINDINGS_HEADING = {
  title: "Findings",
  sub: "Keys to narrow, to retire or to look at, worked out every ten minutes and after each change of a key.",
};
