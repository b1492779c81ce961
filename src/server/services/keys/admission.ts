import { ENVIRONMENT_DETAILS, type Environment } from "@/contracts/environments";
import { keyStatus } from "@/contracts/keys";
import { addressAllowed } from "@/server/core/client-address";
import { AppError } from "@/server/core/errors";
import type { DoorKey } from "./door-key";

/**
 * Why a known key does not authenticate at an endpoint, in the order of the contract: revoked, expired, environment.
 * Pure: the same facts give the same answer.
 * @returns the refusal (401), or null when the key passes
 */
export function refuseKey(key: DoorKey, endpoint: { environment: Environment; now: Date }): AppError | null {
  const { environment, now } = endpoint;
  const status = keyStatus(key, now);
  if (status === "inactive") return new AppError("key_revoked", "This API key has been revoked.");
  if (status === "expired") {
    const expiredAt = key.expiresAt?.toISOString();
    return new AppError("key_expired", `This API key expired at ${expiredAt}.`, { expiredAt });
  }
  if (key.environment !== environment) {
    const [own, asked] = [ENVIRONMENT_DETAILS[key.environment].label, ENVIRONMENT_DETAILS[environment].label];
    return new AppError(
      "environment_mismatch",
      `This is a ${own} key at the ${asked} endpoint. Use /api/v1/${key.environment}, or a ${asked} key.`,
      { keyEnvironment: key.environment, endpointEnvironment: environment },
    );
  }
  return null;
}

/**
 * Why a key that authenticates may not be used from an address.
 * @param address the client's, null when unknown: an unknown address is on no list
 * @returns the refusal (403), or null
 */
export function refuseAddress(key: DoorKey, address: string | null): AppError | null {
  if (addressAllowed(address, key.ipAllowlist)) return null;
  return new AppError(
    "ip_not_allowed",
    `This API key may not be used from ${address ?? "an unknown address"}.`,
  );
}
