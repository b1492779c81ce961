import type { Metadata } from "next";
import { notFound } from "next/navigation";
import { QuickStartLines } from "@/components/quick-start";
import type { Deployment } from "@/contracts/sessions";
import { Guide } from "@/features/docs/guide";
import { GUIDES, type GuideEntry, markdownPath } from "@/features/docs/guide-list";
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
  const [at, guide] = [await deployment(), await guideAt(props)];
  return (
    <>
      {/* For programs that read. Not by metadata, in which Next would put an address of its own before it. */}
      <link rel="alternate" type="text/markdown" href={markdownPath(guide)} />
      <Guide text={guideText(guide)} deployment={at} firstCall={<FirstCall deployment={at} />} />
    </>
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
