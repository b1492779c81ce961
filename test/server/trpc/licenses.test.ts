import { adminOf } from "@test/support/fixture";
import { suiteFixture } from "@test/support/suite";
import { describe, expect, test } from "vitest";
import type { Role } from "@/contracts/roles";
import { createCaller } from "@/server/trpc/router";

const fixture = suiteFixture();

const caller = (role: Role | null) =>
  createCaller({
    runtime: fixture.runtime,
    meta: { requestId: null, ip: null, userAgent: null },
    principal: role && adminOf(role),
    cookies: [],
  });

const denied = { code: "FORBIDDEN" };

describe("The console's licences", () => {
  test("are an operator's from creation to deletion, and every viewer's to see", async () => {
    const { licenses } = caller("operator");
    const { licenses: seen } = caller("viewer");
    const product = "Console";
    const { id } = await licenses.create({
      environment: "staging",
      product,
      customer: { email: "ada@acme.example" },
    });
    expect(await licenses.update({ id, activationLimit: 3 })).toMatchObject({ activationLimit: 3 });
    expect(await licenses.suspend({ id, reason: "unpaid" })).toMatchObject({ status: "suspended" });
    expect(await licenses.reinstate({ id })).toMatchObject({ status: "active" });
    expect(await seen.get({ id })).toMatchObject({ customer: { email: "ada@acme.example" } });
    expect(await seen.list({ product, statuses: ["active"] })).toMatchObject({ data: [{ id }] });
    expect(await seen.activations({ id })).toMatchObject({ data: [] });
    expect(await licenses.revoke({ id })).toMatchObject({ status: "revoked" });
    expect(await licenses.delete({ id })).toEqual({ id, deleted: true });
    await expect(seen.get({ id })).rejects.toMatchObject({ code: "NOT_FOUND" });
  });

  test("are no viewer's to change", async () => {
    const { id } = await caller("operator").licenses.create({ environment: "staging", product: "Console" });
    const { licenses } = caller("viewer");
    await expect(licenses.create({ environment: "staging", product: "X" })).rejects.toMatchObject(denied);
    await expect(licenses.update({ id, features: [] })).rejects.toMatchObject(denied);
    await expect(licenses.suspend({ id })).rejects.toMatchObject(denied);
    await expect(licenses.reinstate({ id })).rejects.toMatchObject(denied);
    await expect(licenses.revoke({ id })).rejects.toMatchObject(denied);
    await expect(licenses.delete({ id })).rejects.toMatchObject(denied);
  });

  test("and telemetry are nobody's without a session", async () => {
    const { licenses, telemetry } = caller(null);
    await expect(licenses.list({})).rejects.toMatchObject({ code: "UNAUTHORIZED" });
    await expect(telemetry.list({})).rejects.toMatchObject({ code: "UNAUTHORIZED" });
    await expect(telemetry.byDay({})).rejects.toMatchObject({ code: "UNAUTHORIZED" });
  });

  test("refuse two answers to one question", async () => {
    const { licenses } = caller("operator");
    const input = { environment: "staging", product: "X", validityDays: 1, expiresAt: null } as const;
    await expect(licenses.create(input)).rejects.toMatchObject({ code: "BAD_REQUEST" });
  });
});

test("The console's telemetry is every viewer's to read", async () => {
  const { telemetry } = caller("viewer");
  expect(await telemetry.list({ flagged: true })).toEqual({
    data: [],
    nextCursor: null,
    previousCursor: null,
  });
  expect(await telemetry.byDay({})).toHaveLength(30);
});
