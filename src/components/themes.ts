import { Monitor, Moon, Sun } from "lucide-react";
import type { Theme } from "@/lib/theme";

/** The themes as menus show them. */
export const THEME_CHOICES = [
  { value: "light", label: "Light", icon: Sun },
  { value: "dark", label: "Dark", icon: Moon },
  { value: "system", label: "Like the system", icon: Monitor },
] as const satisfies readonly { value: Theme; label: string; icon: unknown }[];
