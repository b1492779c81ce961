"use client";

import { useQueryClient } from "@tanstack/react-query";
import { useEffect } from "react";
import { describeError } from "@/lib/errors";

/**
 * Leads to the sign-in page, and back here afterwards, once the server no longer knows the session: signed out in
 * another tab, deactivated, expired. Only when reading; a refused change says so beside the form, with all that was typed.
 */
export function SessionWatch() {
  const client = useQueryClient();
  useEffect(() => {
    return client.getQueryCache().subscribe((event) => {
      if (event.type !== "updated" || event.action.type !== "error") return;
      if (describeError(event.action.error).code !== "key_missing") return;
      const here = `${window.location.pathname}${window.location.search}`;
      window.location.assign(`/sign-in?callbackUrl=${encodeURIComponent(here)}`);
    });
  }, [client]);
  return null;
}
