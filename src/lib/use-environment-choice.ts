"use client";

import { useState } from "react";
import type { Environment } from "@/contracts/environments";

/** What a form says where no environment was chosen. */
export const CHOOSE_ENVIRONMENT = "Choose an environment";

/**
 * The environment that a form is for. It starts with the environment that the page shows. On a page of all environments it
 * starts empty: with a default, somebody who only wants to try something would do it in Production.
 * @param shown the environment of the page; null: all
 */
export function useEnvironmentChoice(shown: Environment | null) {
  const [chosen, setChosen] = useState(shown);
  const [missed, setMissed] = useState(false);
  return {
    chosen,
    choose: (environment: Environment) => setChosen(environment),
    /** Once the form was sent without one. */
    error: missed && chosen === null ? CHOOSE_ENVIRONMENT : undefined,
    /** For sending the form: the environment, or null, and then `error` says what is missing. */
    demand: () => {
      setMissed(true);
      return chosen;
    },
  };
}
