"use client";

import { useId } from "react";
import { Checkbox } from "@/components/ui/checkbox";
import { type Made, MadeLinks, type MadeOf, madeAmounts, useMade, whatWorks } from "../made";

interface MadeChoiceProps {
  made: Made;
  isChosen: boolean;
  choose: (isChosen: boolean) => void;
}

/** Offers to cut off what a key has made together with it: a stolen key would live on there. */
export function MadeChoice({ made, isChosen, choose }: MadeChoiceProps) {
  const id = useId();
  return (
    <div className="flex items-start gap-2.5 rounded-lg border px-3 py-2.5 text-sm">
      <Checkbox id={id} checked={isChosen} onCheckedChange={(on) => choose(on === true)} className="mt-0.5" />
      <div>
        <label htmlFor={id} className="font-medium text-ink">
          {whatToCutOff(made.works)}
        </label>
        <p className="text-xs">
          {whatGoesOn(made.works)} <MadeLinks made={made} />
        </p>
      </div>
    </div>
  );
}

function whatToCutOff(works: Made["works"]): string {
  const { ofKeys, ofEndpoints } = madeAmounts(works);
  if (works.endpoints === 0) return `Revoke the ${ofKeys} too that it made, or has had the secret of`;
  if (works.keys === 0) return `Disable the ${ofEndpoints} too that it set up, or has had the secret of`;
  return `Revoke the ${ofKeys} too that it made, or has had the secret of, and disable the ${ofEndpoints} that it or they set up`;
}

function whatGoesOn({ keys, endpoints }: Made["works"]): string {
  if (endpoints === 0) return "Without this they go on working.";
  if (keys === 0) return "Without this events go on being sent there.";
  return "Without this all of that goes on as before.";
}

/** Says what of a key goes on, where a dialog ends its secret and not that: nobody must take it for a cut-off. */
export function MadeGoesOn({ apiKey }: { apiKey: MadeOf }) {
  const made = useMade(apiKey);
  if (!made) return null;
  return (
    <p>
      What goes on working: {whatWorks(made.works)}. <MadeLinks made={made} />
    </p>
  );
}
