/** The head of the page, which stands before the rest of it. */
export const EXPLAIN_HEADING = {
  title: "Explain",
  sub: "Why a call was refused, or would be. The gateway's own checks answer; nothing is counted against the key.",
};
