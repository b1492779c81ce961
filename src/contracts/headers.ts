/** Request header in which the proxy tells pages which address was asked for. */
export const PATH_HEADER = "x-keyward-path";

/** Request header of what a page asks for by itself while nobody is at it: that does not keep the session from ending. */
export const UNATTENDED_HEADER = "x-unattended";
