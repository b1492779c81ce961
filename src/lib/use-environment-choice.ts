"use client";

import { useState } from "react";
import type { Environment } from "@/contracts/environments";

/** What a form says where no environment was chosen. */
export const CHOOSE_ENVIRONMENT = "Choose an environment";

/**
 * The environment that a form is for. It starts with the one that the page shows; where that shows all of them with none,
 * because a guess would be Production in the hands of somebody who only wanted to try something.
 */
export function useEnvironmentChoice(shown: Environment | null) {
  const [chosen, setChosen] = useState(shown);
  const [missed, setMissed] = useState(false);
  return {
    chosen,
    choose: (environment: Environment) => setChosen(environment),
    /** Set once it was wanted and was not there. */
    error: missed && chosen === null ? CHOOSE_ENVIRONMENT : undefined,
    /** The one chosen; null where there is none, which the form then says. */
    demand: () => {
      setMissed(true);
      return chosen;
    },
  };
}
