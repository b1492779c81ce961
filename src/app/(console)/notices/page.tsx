import type { Metadata } from "next";
import { noticeInput, noticeList } from "@/features/notices/notice-list-state";
import { NoticesScreen } from "@/features/notices/notices-screen";
import { HydrateClient, trpc } from "@/trpc/server";

export const metadata: Metadata = { title: "Notices" };

/** What one was told, with the first page of it already in the answer. */
export default async function Page({ searchParams }: PageProps<"/notices">) {
  await trpc.notices.list.prefetch(noticeInput(await noticeList.load(searchParams)));
  return (
    <HydrateClient>
      <NoticesScreen />
    </HydrateClient>
  );
}
