import type { NextRequest } from "next/server";
import { isReturn, serveAuth } from "@/server/auth/serve";
import { consoleMount } from "../../console-mount";

export const { DELETE, GET, HEAD, OPTIONS, PATCH, POST, PUT } = consoleMount<{ nextauth: string[] }>({
  methods: ["GET", "POST"],
  isReturn,
  // What Next hands to a route is a NextRequest, which NextAuth asks for.
  serve: (runtime, request, params) => serveAuth(runtime, request as NextRequest, params),
});
