import { NoticesSkeleton } from "@/features/notices/notices-screen";

export default NoticesSkeleton;
