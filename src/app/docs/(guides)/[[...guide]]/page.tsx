import type { Metadata } from "next";
import { notFound } from "next/navigation";
import { QuickStartLines } from "@/components/quick-start";
import type { Deployment } from "@/contracts/sessions";
import { Guide } from "@/features/docs/guide";
import { GUIDES, type GuideEntry } from "@/features/docs/guide-list";
import { guideText } from "@/features/docs/guides";
import { deployment } from "@/trpc/server";

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
  const at = await deployment();
  return (
    <Guide text={guideText(await guideAt(props))} deployment={at} firstCall={<FirstCall deployment={at} />} />
  );
}

/** The first call at this installation, with a key for trying things out. */
function FirstCall({ deployment }: { deployment: Deployment }) {
  return (
    <div className="mt-3">
      <QuickStartLines deployment={deployment} environment="development" secret={null} />
    </div>
  );
}
