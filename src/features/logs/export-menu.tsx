"use client";

import { Download } from "lucide-react";
import { Button } from "@/components/ui/button";
import {
  DropdownMenu,
  DropdownMenuContent,
  DropdownMenuItem,
  DropdownMenuLabel,
  DropdownMenuTrigger,
} from "@/components/ui/dropdown-menu";
import type { RequestFilterInput } from "@/contracts/request-queries";
import { exportHref } from "./list/log-query";

/** Takes what is filtered, whole and not just this page, to a file. */
export function ExportMenu({ filter }: { filter: RequestFilterInput }) {
  return (
    <DropdownMenu>
      <DropdownMenuTrigger asChild>
        <Button>
          <Download aria-hidden />
          Export
        </Button>
      </DropdownMenuTrigger>
      <DropdownMenuContent>
        <DropdownMenuLabel>All calls that the filters let through</DropdownMenuLabel>
        <DropdownMenuItem asChild>
          <a href={exportHref(filter, "csv")}>CSV, for spreadsheets</a>
        </DropdownMenuItem>
        <DropdownMenuItem asChild>
          <a href={exportHref(filter, "ndjson")}>NDJSON, with headers and bodies</a>
        </DropdownMenuItem>
      </DropdownMenuContent>
    </DropdownMenu>
  );
}
