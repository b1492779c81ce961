import type { Metadata } from "next";
import { notFound } from "next/navigation";
import { Guide } from "@/features/docs/guide";
import { GUIDES, type GuideEntry } from "@/features/docs/guide-list";
import { guideText } from "@/features/docs/guides";
import { FirstCall } from "./first-call";

type Props = PageProps<"/docs/[[...guide]]">;

async function guideAt({ params }: Props): Promise<GuideEntry> {
  const path = ["/docs", ...((await params).guide ?? [])].join("/");
  return GUIDES.find((guide) => guide.path === path) ?? notFound();
}

export async function generateMetadata(props: Props): Promise<Metadata> {
  const { title, about } = await guideAt(props);
  return { title, description: about };
}

/** One guide, or the quick start. */
export default async function Page(props: Props) {
  return <Guide text={guideText(await guideAt(props))} firstCall={<FirstCall />} />;
}
