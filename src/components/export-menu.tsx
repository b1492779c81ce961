"use client";

import { Download } from "lucide-react";
import { Button } from "./ui/button";
import {
  DropdownMenu,
  DropdownMenuContent,
  DropdownMenuItem,
  DropdownMenuLabel,
  DropdownMenuTrigger,
} from "./ui/dropdown-menu";

interface ExportMenuProps {
  /** What is taken: "All calls that the filters let through". */
  what: string;
  /** What NDJSON is good for: "for programs". */
  ndjson: string;
  hrefOf: (format: "csv" | "ndjson") => string;
}

/** Takes a list, as it is filtered and whole, to a file. Plain links: the browser streams them to the disk by itself. */
export function ExportMenu({ what, ndjson, hrefOf }: ExportMenuProps) {
  return (
    <DropdownMenu>
      <DropdownMenuTrigger asChild>
        <Button>
          <Download aria-hidden />
          Export
        </Button>
      </DropdownMenuTrigger>
      <DropdownMenuContent>
        <DropdownMenuLabel>{what}</DropdownMenuLabel>
        <DropdownMenuItem asChild>
          <a href={hrefOf("csv")} download>
            CSV, for spreadsheets
          </a>
        </DropdownMenuItem>
        <DropdownMenuItem asChild>
          <a href={hrefOf("ndjson")} download>
            NDJSON, {ndjson}
          </a>
        </DropdownMenuItem>
      </DropdownMenuContent>
    </DropdownMenu>
  );
}
