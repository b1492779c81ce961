/** What ClickHouse says where a row itself is what is wrong, by the names of its errors: trying again will not help. */
const DATA_ERRORS =
  /^(CANNOT_PARSE_\w+|CANNOT_READ_(ARRAY|MAP|TUPLE)_FROM_TEXT|INCORRECT_DATA|TYPE_MISMATCH|CANNOT_CONVERT_TYPE|VALUE_IS_OUT_OF_RANGE_OF_DATA_TYPE|ARGUMENT_OUT_OF_BOUND|CANNOT_INSERT_NULL_IN_ORDINARY_COLUMN|TOO_LARGE_STRING_SIZE|UNKNOWN_ELEMENT_OF_ENUM|VIOLATED_CONSTRAINT)$/;

/**
 * The name of ClickHouse's error, such as `UNKNOWN_TABLE`, or Node's code. Fit for a log, unlike the text, which quotes
 * rows.
 */
export function clickHouseCode(error: unknown): string {
  if (!(error instanceof Error)) return "unknown";
  // The client's own error has the name here, and the number as its code.
  if ("type" in error && typeof error.type === "string") return error.type;
  if ("code" in error && typeof error.code === "string") return error.code;
  // The client's words, which has no code for it.
  return error.message === "Timeout error." ? "ETIMEDOUT" : "unknown";
}

/** Whether the rows are what ClickHouse refuses, and not the moment. */
export const isRefusedAsData = (error: unknown) => DATA_ERRORS.test(clickHouseCode(error));
