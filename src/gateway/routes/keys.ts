import { callingKeySchema } from "@/contracts/keys";
import { callingKeyOf } from "@/gateway/routes/calling-key";
import { defineRoute } from "./route";

export const keyRoutes = [
  defineRoute(
    {
      id: "key.get",
      method: "get",
      path: "/key",
      summary: "The calling key: what it is and what it may do",
      permission: null,
      input: {},
      responses: { 200: { description: "The key", schema: callingKeySchema } },
      problems: [],
    },
    async ({ key }) => ({ status: 200, body: callingKeyOf(key) }),
  ),
];
