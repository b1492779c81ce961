import {
  Activity,
  BadgeCheck,
  DoorOpen,
  History,
  KeyRound,
  LayoutDashboard,
  ListChecks,
  Logs,
  type LucideIcon,
  Settings,
  ShieldCheck,
  Users,
  UsersRound,
  Webhook,
} from "lucide-react";
import { type Action, allows, type RoleGrants } from "@/contracts/roles";

interface NavigationItem {
  label: string;
  href: string;
  icon: LucideIcon;
  /** What a role must be allowed for the page to be of use to it. */
  needs: Action;
}

interface NavigationGroup {
  heading: string | null;
  items: NavigationItem[];
}

const NAVIGATION: readonly NavigationGroup[] = [
  {
    heading: null,
    items: [
      { label: "Overview", href: "/", icon: LayoutDashboard, needs: "keys:read" },
      { label: "API Keys", href: "/api-keys", icon: KeyRound, needs: "keys:read" },
      { label: "Logs", href: "/logs", icon: Logs, needs: "requests:read" },
      { label: "Explain", href: "/explain", icon: DoorOpen, needs: "keys:read" },
    ],
  },
  {
    heading: "Records",
    items: [{ label: "Audit", href: "/audit", icon: History, needs: "audit:read" }],
  },
  {
    heading: "Platform",
    items: [
      { label: "Customers", href: "/customers", icon: Users, needs: "customers:read" },
      { label: "Licences", href: "/licenses", icon: BadgeCheck, needs: "licenses:read" },
      { label: "Background Jobs", href: "/jobs", icon: ListChecks, needs: "jobs:read" },
      { label: "Telemetry", href: "/telemetry", icon: Activity, needs: "telemetry:read" },
    ],
  },
  {
    heading: "Administration",
    items: [
      { label: "Webhooks", href: "/webhooks", icon: Webhook, needs: "webhooks:read" },
      { label: "Key policies", href: "/settings/policies", icon: ShieldCheck, needs: "keys:read" },
      { label: "Team", href: "/team", icon: UsersRound, needs: "team:manage" },
      { label: "Settings", href: "/settings", icon: Settings, needs: "settings:manage" },
    ],
  },
];

/** The pages that somebody can use, in groups; groups without any are left out. */
export function navigationFor(grants: RoleGrants): NavigationGroup[] {
  return NAVIGATION.map(({ heading, items }) => ({
    heading,
    items: items.filter(({ needs }) => allows(grants, needs)),
  })).filter(({ items }) => items.length > 0);
}

/** Whether the page at `pathname` belongs to the entry: of two of which one is below the other, to the lower. */
export function isCurrent(href: string, pathname: string): boolean {
  if (!isWithin(href, pathname)) return false;
  const entries = NAVIGATION.flatMap(({ items }) => items);
  return !entries.some((one) => one.href.startsWith(`${href}/`) && isWithin(one.href, pathname));
}

function isWithin(href: string, pathname: string): boolean {
  return href === "/" ? pathname === "/" : pathname === href || pathname.startsWith(`${href}/`);
}
