/** Request header in which the proxy tells pages which address was asked for. */
export const PATH_HEADER = "x-keyward-path";
