"use client";

import { useId } from "react";
import type { Control } from "react-hook-form";
import { FieldError } from "@/components/field";
import { TextField } from "@/components/form-fields";
import { Button } from "@/components/ui/button";
import { Checkbox } from "@/components/ui/checkbox";
import type { Environment } from "@/contracts/environments";
import {
  eventsOf,
  WEBHOOK_EVENT_GROUPS,
  WEBHOOK_EVENT_TYPES,
  WEBHOOK_EVENTS,
  type WebhookEventGroup,
  type WebhookEventType,
} from "@/contracts/webhooks";
import { useField } from "@/lib/use-zod-form";

export interface WebhookFormValues {
  environment: Environment | null;
  url: string;
  description: string;
  events: WebhookEventType[];
}

const GROUPS = Object.entries(WEBHOOK_EVENT_GROUPS) as [WebhookEventGroup, string][];

/** Where events go, and which. */
export function WebhookFormFields({ control }: { control: Control<WebhookFormValues> }) {
  return (
    <>
      <TextField
        control={control}
        name="url"
        label="URL"
        type="url"
        placeholder="https://example.com/webhooks"
        hint="A public address by https. Each event is a POST there, with a signature."
      />
      <TextField control={control} name="description" label="Description" optional />
      <EventPicker control={control} />
    </>
  );
}

function EventPicker({ control }: { control: Control<WebhookFormValues> }) {
  const errorId = useId();
  const field = useField<WebhookFormValues, WebhookEventType[]>({ control, name: "events" });
  const { value: chosen, onChange, ref, error } = field;
  // In the order of the catalogue, whatever the order of ticking: the same set always reads the same.
  const toggle = (types: readonly WebhookEventType[], on: boolean) =>
    onChange(WEBHOOK_EVENT_TYPES.filter((one) => (types.includes(one) ? on : chosen.includes(one))));
  return (
    <fieldset
      ref={(fieldset) => ref(fieldset?.querySelector("[role=checkbox]"))}
      aria-describedby={error ? errorId : undefined}
    >
      <div className="flex flex-wrap items-center justify-between gap-2">
        <legend className="contents font-medium text-sm">
          <span>Events</span>
        </legend>
        <div className="flex gap-1.5">
          <Button size="sm" onClick={() => toggle(WEBHOOK_EVENT_TYPES, true)}>
            All
          </Button>
          <Button size="sm" onClick={() => toggle(WEBHOOK_EVENT_TYPES, false)}>
            None
          </Button>
        </div>
      </div>
      {error && (
        <div className="mt-1.5" aria-live="polite">
          <FieldError id={errorId}>{error}</FieldError>
        </div>
      )}
      <div className="mt-2 divide-y rounded-lg border">
        {GROUPS.map(([group, label]) => (
          <div key={group} className="grid gap-x-4 gap-y-1 px-3 py-2.5 sm:grid-cols-[96px_1fr]">
            <p className="text-ink-3 text-sm">{label}</p>
            <div className="space-y-2">
              {eventsOf(group).map((type) => (
                <EventRow
                  key={type}
                  type={type}
                  checked={chosen.includes(type)}
                  onToggle={(on) => toggle([type], on)}
                  invalid={Boolean(error)}
                />
              ))}
            </div>
          </div>
        ))}
      </div>
    </fieldset>
  );
}

interface EventRowProps {
  type: WebhookEventType;
  checked: boolean;
  onToggle: (on: boolean) => void;
  invalid: boolean;
}

function EventRow({ type, checked, onToggle, invalid }: EventRowProps) {
  const id = useId();
  return (
    <div className="flex items-start gap-2.5">
      <Checkbox
        id={id}
        checked={checked}
        onCheckedChange={(on) => onToggle(on === true)}
        aria-describedby={`${id}-text`}
        aria-invalid={invalid || undefined}
        className="mt-0.5"
      />
      <div className="min-w-0 text-sm">
        <label htmlFor={id} className="mono font-medium">
          {type}
        </label>
        <p id={`${id}-text`} className="text-ink-2 text-xs">
          {WEBHOOK_EVENTS[type]}
        </p>
      </div>
    </div>
  );
}
