import { describe, expect, test } from "vitest";
import { grantsOfGroups, roleMapSchema } from "@/contracts/schemas/single-sign-on";

const MAP = roleMapSchema.parse(
  "root=owner, admins=admin,ops=operator@staging,ops=viewer@production,all=viewer,cn=x=admin@development",
);
const everywhere = (role: string) => ({ role, environmentRoles: null });

describe("Groups give", () => {
  test.each([
    ["the role that is mapped", ["admins"], everywhere("admin")],
    ["the most powerful one of several", ["all", "admins", "root"], everywhere("owner")],
    [
      "one in each environment that is named",
      ["ops"],
      byEnvironment({ production: "viewer", staging: "operator" }),
    ],
    [
      "the most powerful one in each environment",
      ["ops", "all"],
      byEnvironment({ production: "viewer", staging: "operator", development: "viewer" }),
    ],
    ["one role everywhere, where no environment has more", ["admins", "ops"], everywhere("admin")],
    ["a group's whole name, which may hold =", ["cn=x"], byEnvironment({ development: "admin" })],
    ["nothing by part of a name, other capitals or none at all", ["admin", "ADMINS", "cn"], null],
    ["nothing without groups", [], null],
  ])("%s", (_, groups, grants) => {
    expect(grantsOfGroups(MAP, groups)).toEqual(grants);
  });

  test("everybody something, where * is mapped", () => {
    expect(grantsOfGroups(roleMapSchema.parse("*=viewer"), [])).toEqual(everywhere("viewer"));
  });
});

function byEnvironment(environmentRoles: object) {
  return { role: "viewer", environmentRoles };
}

test.each([
  "",
  "admins",
  "admins=",
  "=admin",
  "admins=root",
  "a=owner@staging",
  "a=admin@moon",
  "a=admin,",
  "a=Admin",
])("A mapping %j is refused, and the right form is said", (text) => {
  const { error } = roleMapSchema.safeParse(text);
  expect(error?.issues[0]?.message).toMatch(/^Must be like admins=admin/);
});
