import { writeCookie } from "./cookies";

/** The themes a reader can choose; "system" follows the device. */
export const THEMES = ["light", "dark", "system"] as const;
export type Theme = (typeof THEMES)[number];

export const THEME_COOKIE = "theme";

/** The theme that a cookie or an attribute names; "system" for anything else. */
export function themeOf(value: string | undefined): Theme {
  return THEMES.find((theme) => theme === value) ?? "system";
}

/** Changes the theme at once, and for every later page: the server reads the cookie and draws in it. */
export function chooseTheme(theme: Theme) {
  document.documentElement.dataset.theme = theme;
  writeCookie(THEME_COOKIE, theme);
}

/** The theme now in force in this browser. */
export function chosenTheme(): Theme {
  return themeOf(document.documentElement.dataset.theme);
}
