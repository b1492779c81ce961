import { AppError } from "./errors";

/** One text for the ways in which a key can be unknown: a difference would help whoever is guessing. */
export function keyUnknown(): AppError {
  return new AppError("key_invalid", "This is not an API key of this installation.");
}

export function keyRevoked(): AppError {
  return new AppError("key_revoked", "This API key has been revoked.");
}

export function addressNotAllowed(address: string | null): AppError {
  return new AppError(
    "ip_not_allowed",
    `This API key may not be used from ${address ?? "an unknown address"}.`,
  );
}

export function keyExpired(at: Date | null): AppError {
  const expiredAt = at?.toISOString();
  return new AppError("key_expired", `This API key expired at ${expiredAt}.`, { expiredAt });
}
