import { refuseProcedures, serveProcedures } from "@/server/trpc/serve";
import { consoleMount } from "../../console-mount";

export const { DELETE, GET, HEAD, OPTIONS, PATCH, POST, PUT } = consoleMount({
  methods: ["GET", "POST"],
  serve: serveProcedures,
  refuse: refuseProcedures,
});
