import type { NextRequest } from "next/server";
import NextAuth from "next-auth";
import { authOptions } from "@/server/auth/options";
import { originOf } from "@/server/auth/principal";
import { getPlatform } from "@/server/shared-platform";

type RouteContext = { params: Promise<{ nextauth: string[] }> };

function handler(request: NextRequest, context: RouteContext): Promise<Response> {
  const platform = getPlatform();
  return NextAuth(request, context, authOptions(platform, originOf(platform, request.headers)));
}

export { handler as GET, handler as POST };
