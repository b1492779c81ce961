"use client";

import { useState } from "react";
import { ValueFilter } from "@/components/value-filter";
import type { Environment } from "@/contracts/environments";
import { trpc } from "@/trpc/client";

interface ProductFilterProps {
  value: string | null;
  environment: Environment | null;
  onChange: (product: string | null) => void;
}

/** Narrows the list to one product. */
export function ProductFilter({ value, environment, onChange }: ProductFilterProps) {
  const [opened, setOpened] = useState(false);
  const products = trpc.licenses.products.useQuery({ environment }, { enabled: opened });
  return (
    <ValueFilter
      label="Product"
      searchLabel="Find a product"
      value={value}
      values={products.data}
      failed={products.isError}
      onOpen={() => setOpened(true)}
      onChange={onChange}
    />
  );
}
