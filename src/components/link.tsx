"use client";

// biome-ignore lint/style/noRestrictedImports: what everybody else imports is this file.
import NextLink from "next/link";
import { type ComponentProps, useState } from "react";

/**
 * A link within the product. What it leads to is fetched ahead once somebody points at it, goes to it by the keyboard or
 * touches it, and not when it comes into sight as with Next's own: a list of twenty rows, and the navigation beside it,
 * would fetch the code of half the product.
 */
export function Link({ prefetch, onPointerEnter, onFocus, ...props }: ComponentProps<typeof NextLink>) {
  const [meant, setMeant] = useState(false);
  return (
    <NextLink
      {...props}
      prefetch={prefetch ?? (meant ? null : false)}
      onPointerEnter={(event) => {
        setMeant(true);
        onPointerEnter?.(event);
      }}
      onFocus={(event) => {
        setMeant(true);
        onFocus?.(event);
      }}
    />
  );
}
