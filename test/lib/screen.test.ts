import { expect, test } from "vitest";
import { isNarrowScreen } from "@/lib/screen";

const IPHONE =
  "Mozilla/5.0 (iPhone; CPU iPhone OS 18_5 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.5 Mobile/15E148 Safari/604.1";
const PIXEL =
  "Mozilla/5.0 (Linux; Android 10; K) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 Mobile Safari/537.36";
const FIREFOX_PHONE = "Mozilla/5.0 (Android 15; Mobile; rv:143.0) Gecko/143.0 Firefox/143.0";
const ANDROID_TABLET =
  "Mozilla/5.0 (Linux; Android 10; K) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 Safari/537.36";
const DESKTOP = "Mozilla/5.0 (X11; Linux x86_64; rv:143.0) Gecko/20100101 Firefox/143.0";

test.each([
  ["an iPhone", IPHONE, true],
  ["a phone with Chrome", PIXEL, true],
  ["a phone with Firefox", FIREFOX_PHONE, true],
  ["a tablet", ANDROID_TABLET, false],
  ["a desktop", DESKTOP, false],
  ["what does not say what it is", null, false],
])("A page that was asked for by %s is drawn for its screen", (_, userAgent, narrow) => {
  expect(isNarrowScreen(undefined, userAgent)).toBe(narrow);
});

test("What the browser has measured goes before what it calls itself; what means nothing does not", () => {
  expect(isNarrowScreen("narrow", DESKTOP)).toBe(true);
  expect(isNarrowScreen("wide", IPHONE)).toBe(false);
  expect(isNarrowScreen("huge", IPHONE)).toBe(true);
});
