"use client";

import type { ReactNode } from "react";
import { onDemand } from "./on-demand";

export interface ComboboxOption<Value extends string> {
  value: Value;
  label: string;
  /** What tells it from others of the same name, at the end of its row. */
  detail?: ReactNode;
}

export interface ComboboxProps<Value extends string> {
  /** Name of the field, and its placeholder: "Find by e-mail or name". */
  label: string;
  /** What is searched for. The options are found outside of this component. */
  search: string;
  onSearch: (search: string) => void;
  options: readonly ComboboxOption<Value>[];
  /** The answer to this search is on the way, and `options` are those of the search before. */
  searching: boolean;
  chosen: readonly Value[];
  /**
   * The option that is chosen. It stands first while nothing is searched for, even if it is not among `options`. In an
   * answer to a search it does not: Enter picks the first option, and who searches wants another one.
   */
  first?: ComboboxOption<Value> | undefined;
  onPick: (option: ComboboxOption<Value>) => void;
  /** In place of the options where there are none. */
  none: ReactNode;
  /** Why they could not be read. */
  failure?: ReactNode;
  /** There are more than are shown. */
  more?: boolean;
  /** The height of the list. */
  className?: string;
}

const ComboboxField = onDemand(() => import("./combobox-field").then((module) => module.ComboboxField));

/**
 * A field to type into and what it finds: arrows to go through it, Enter to pick. The way of the product to choose one of
 * many that the server has, or several of them.
 */
export function Combobox<Value extends string>(props: ComboboxProps<Value>) {
  // What it gives back is one of the options that it was given.
  return <ComboboxField {...(props as unknown as ComboboxProps<string>)} />;
}
